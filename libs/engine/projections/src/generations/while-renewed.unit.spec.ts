import { heapInUse } from '@tidemark/test-servers';
import { whileRenewed } from './while-renewed';

const { signal } = new AbortController();
const untilAborted = (held: AbortSignal) =>
  new Promise<string>((resolve) => held.addEventListener('abort', () => resolve('stopped')));

describe('whileRenewed', () => {
  it("renews as long as the work takes, even if the store can't be reached, and then stops", async () => {
    let renewals = 0;
    let finish = (_: string) => {};
    const work = new Promise<string>((resolve) => (finish = resolve));
    const renew = async () => {
      renewals += 1;
      if (renewals === 2) {
        throw new Error('away');
      }
      if (renewals === 4) {
        finish('done');
      }
      return true;
    };
    expect(await whileRenewed({ renew, ttlMs: 3, signal }, () => work)).toBe('done');
    expect(renewals).toBe(4);
  });

  it('aborts the work when the claim is lost, and when the process stops', async () => {
    const lost = { renew: async () => false, ttlMs: 3, signal };
    expect(await whileRenewed(lost, untilAborted)).toBe('stopped');
    const ending = new AbortController();
    const working = whileRenewed(
      { renew: async () => true, ttlMs: 60_000, signal: ending.signal },
      untilAborted,
    );
    ending.abort();
    expect(await working).toBe('stopped');
  });

  it('leaves nothing behind in a signal that outlives it', async () => {
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round += 1) {
        await whileRenewed({ renew: async () => true, ttlMs: 60_000, signal }, async (held) =>
          held.addEventListener('abort', () => {}),
        );
      }
    };
    await rounds(200);
    const before = await heapInUse();
    await rounds(2_000);
    // `AbortSignal.any` kept more than a kilobyte for each call.
    expect((await heapInUse()) - before).toBeLessThan(1_048_576);
  });
});
