import { Metrics } from '@tidemark/platform';
import type { Findings } from '@tidemark/projections';
import { EventEmitter } from 'node:events';
import { DriftMetrics } from '../drift-metrics';
import type { Verifiers } from '../verifiers';
import { Verifications } from './verifications';
import { VerifyProjectionController } from './verify-projection.controller';

const partitions = 2;

/** The route with a comparison that runs, in each partition, until the test releases or stops it. */
function routeOnSlowComparison() {
  const seen = { begun: 0, stopped: 0 };
  let letGo = () => {};
  const going = new Promise<void>((resolve) => (letGo = resolve));
  const all = (_: number, signal: AbortSignal) =>
    new Promise<Findings>((resolve, reject) => {
      seen.begun += 1;
      void going.then(() => resolve({ checked: 3, drifts: [] }));
      signal.addEventListener('abort', () => {
        seen.stopped += 1;
        reject(signal.reason);
      });
    });
  const verifiers = { live: () => Promise.resolve({ generation: 1, verifier: { all } }) };
  const verifications = new Verifications(new DriftMetrics(new Metrics('test')), partitions);
  const controller = new VerifyProjectionController(verifiers as unknown as Verifiers, verifications);
  const ask = () => {
    const raw = new EventEmitter();
    return {
      answer: controller.verify({ name: 'order_list' }, {}, { raw }),
      goAway: () => raw.emit('close'),
    };
  };
  return { seen, ask, verifications, letGo: () => letGo() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('POST /admin/projections/{name}/verify', () => {
  it('compares once for all callers that ask meanwhile', async () => {
    const { seen, ask, letGo } = routeOnSlowComparison();
    const asked = [ask(), ask()];
    await settled();
    asked[0]!.goAway();
    letGo();
    expect(await asked[1]!.answer).toMatchObject({ projection: 'order_list', checked: 3 * partitions });
    expect(seen).toEqual({ begun: partitions, stopped: 0 });
  });

  it('ends when the last caller has disconnected', async () => {
    const { seen, ask } = routeOnSlowComparison();
    const { answer, goAway } = ask();
    const failed = expect(answer).rejects.toMatchObject({ code: 'verification_stopped', retryable: true });
    await settled();
    goAway();
    await failed;
    expect(seen).toEqual({ begun: 1, stopped: 1 });
  });

  it('ends when the service stops', async () => {
    const { seen, ask, verifications } = routeOnSlowComparison();
    const failed = expect(ask().answer).rejects.toMatchObject({ code: 'verification_stopped' });
    await settled();
    verifications.onModuleDestroy();
    await failed;
    expect(seen).toEqual({ begun: 1, stopped: 1 });
  });
});
