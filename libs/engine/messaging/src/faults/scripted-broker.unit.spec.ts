import { eventually, faultScripts, ScriptedBroker } from '@tidemark/test-servers';
import { Slots } from '../slots';
import { brokerClients, type BrokerClient } from './broker-clients.fixture';

jest.setTimeout(120_000);

const RECOVERY_MS = 15_000;
/** Rows run at the same time because they mostly wait, above all for heartbeats. */
const ROWS_AT_A_TIME = 30;

const rows = Object.keys(faultScripts).flatMap((script) =>
  Object.keys(brokerClients).map((client) => [script, client] as const),
);

function isStopped(by: string, { kind }: BrokerClient): boolean {
  const { stops } = faultScripts[by]!;
  return stops === 'everyone' || (stops !== 'nobody' && (kind === 'both' || stops === `${kind}s`));
}

/** Lets the client work before, during and after the script. @returns how long it took to recover, in milliseconds */
async function play(script: string, clientName: string): Promise<number> {
  const peer = await ScriptedBroker.start();
  const client = brokerClients[clientName as keyof typeof brokerClients](peer);
  try {
    await client.work();
    await eventually(() => client.isReady());
    faultScripts[script]!.begin(peer);
    const worked = client.work();
    worked.catch(() => {});
    if (isStopped(script, client)) {
      await eventually(async () => !(await client.isReady()), { withinMs: 30_000, everyMs: 5 });
    } else {
      await worked;
    }
    const endedAt = performance.now();
    peer.behave();
    await worked;
    await client.work();
    await eventually(() => client.isReady(), { withinMs: RECOVERY_MS });
    return performance.now() - endedAt;
  } finally {
    await client.stop();
    await peer.close();
  }
}

describe('after', () => {
  const outcomes = new Map<string, Promise<number | Error>>();

  beforeAll(() => {
    const slots = new Slots(ROWS_AT_A_TIME);
    for (const [script, client] of rows) {
      const played = slots.run(() => play(script, client)).catch((error: unknown) => error as Error);
      outcomes.set(`${script}/${client}`, played);
    }
  });

  it.each(rows)('%s: the %s works again', async (script, client) => {
    const outcome = await outcomes.get(`${script}/${client}`);
    if (outcome instanceof Error) {
      throw outcome;
    }
    expect(outcome).toBeLessThan(RECOVERY_MS);
  });
});
