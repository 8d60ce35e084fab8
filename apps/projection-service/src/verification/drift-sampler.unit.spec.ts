import { Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import type { Findings } from '@tidemark/projections';
import { eventually } from '@tidemark/test-servers';
import type { ProjectionServiceConfig } from '../config';
import { projections } from '../projections';
import { DriftMetrics } from './drift-metrics';
import { DriftSampler } from './drift-sampler';
import type { Verifiers } from './verifiers';

const partitions = 4;
const sampling = { verifyIntervalMs: 20, verifySampleSize: 7, verifyRestMs: 50 };

type Sample = (partition: number, size: number, signal: AbortSignal) => Promise<Findings>;

/** A sampler whose comparisons all have this result, with a record of its requests and their times. */
function samplerOf(sample: Sample) {
  const asked: { name: string; restMs: number; partition: number; size: number; at: number }[] = [];
  const metrics = new Metrics('test');
  const live = async (name: string, { restMs }: { restMs: number }) => ({
    verifier: {
      sample: (partition: number, size: number, signal: AbortSignal) => {
        asked.push({ name, restMs, partition, size, at: performance.now() });
        return sample(partition, size, signal);
      },
    },
  });
  const sampler = new DriftSampler(
    sampling as ProjectionServiceConfig['generations'],
    partitions,
    { live } as unknown as Verifiers,
    new DriftMetrics(metrics),
  );
  return { sampler, asked, text: () => metrics.text() };
}

describe('DriftSampler', () => {
  const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();

  beforeEach(() => jest.clearAllMocks());
  afterAll(() => jest.restoreAllMocks());

  it('samples one partition at a time, pauses between samples, and ends when it is stopped', async () => {
    let underWay = 0;
    const { sampler, asked, text } = samplerOf(async () => {
      expect((underWay += 1)).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { checked: 7, drifts: [] };
    });
    const startedAt = performance.now();
    sampler.onApplicationBootstrap();
    await eventually(() => expect(asked.length).toBeGreaterThanOrEqual(3));
    await sampler.onModuleDestroy();

    const starts = [startedAt, ...asked.map(({ at }) => at)];
    for (const [index, { name, partition, ...rest }] of asked.entries()) {
      // A timer may fire a millisecond early.
      expect(starts[index + 1]! - starts[index]!).toBeGreaterThanOrEqual(sampling.verifyIntervalMs - 1);
      expect(rest).toMatchObject({ size: sampling.verifySampleSize, restMs: sampling.verifyRestMs });
      expect(projections.map((projection) => projection.name)).toContain(name);
      expect(partition).toBeLessThan(partitions);
    }
    expect(await text()).toMatch(/^tidemark_projection_verified_documents_total\{.*\} [1-9]\d*$/m);
    expect(errors).not.toHaveBeenCalled();
  });

  it('counts and logs documents that are not the fold of their events', async () => {
    const drift = { generation: 'order_list_v1_g1', partition: 1, id: 'O1', kind: 'different' } as const;
    const { sampler, asked, text } = samplerOf(async () => ({ checked: 1, drifts: [drift] }));
    sampler.onApplicationBootstrap();
    await eventually(async () => expect(await text()).toMatch(/drift_total\{.*kind="different".*\} [1-9]/));
    await sampler.onModuleDestroy();
    expect(asked.length).toBeGreaterThan(0);
    expect(errors).toHaveBeenCalledWith(drift, 'a document differs from the fold of its events');
  });

  it('continues after a failure, and does not count it as drift', async () => {
    const { sampler, asked, text } = samplerOf(() => Promise.reject(new Error('away')));
    sampler.onApplicationBootstrap();
    await eventually(() => expect(asked.length).toBeGreaterThanOrEqual(2));
    await sampler.onModuleDestroy();
    expect(warnings).toHaveBeenCalled();
    expect(await text()).not.toMatch(/drift_total\{.*\} [1-9]/);
  });

  it('stops in the middle of a sample, and logs nothing about that', async () => {
    const { sampler, asked } = samplerOf(
      (_, __, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    sampler.onApplicationBootstrap();
    await eventually(() => expect(asked).toHaveLength(1));
    await sampler.onModuleDestroy();
    expect(warnings).not.toHaveBeenCalled();
  });
});
