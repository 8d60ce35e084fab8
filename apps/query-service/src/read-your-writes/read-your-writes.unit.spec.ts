import type { EventStore } from '@tidemark/event-store';
import { TokenWait, type Follower } from '@tidemark/nestjs';
import { LogFollower } from './log-follower';
import { ReadYourWrites } from './read-your-writes';

const token = [{ partition: 1, position: 8 }];

/** A log that has the positions up to 7, and read models that have none. */
function readsOf({ isBeyond }: { readonly isBeyond: boolean }) {
  const heads = () => Promise.resolve(new Map([[1, 7]]));
  const log = new LogFollower({ heads } as unknown as EventStore);
  const waits: Promise<boolean>[] = [];
  const noted = (follower: Follower): Follower => ({
    waitFor: (...wait) => {
      waits.push(follower.waitFor(...wait));
      return waits.at(-1)!;
    },
  });
  const readModels = noted({
    waitFor: (_, timeoutMs, signal) =>
      timeoutMs === 0
        ? Promise.resolve(false)
        : new Promise((resolve) => signal.addEventListener('abort', () => resolve(false))),
  });
  const endWait = jest.fn();
  const tokens = new TokenWait({ isAnyBeyond: () => Promise.resolve(isBeyond) });
  const reads = new ReadYourWrites({
    readModels: {
      tokens,
      waitFor: (_, positions, timeoutMs) => tokens.for(positions, readModels, timeoutMs),
    },
    eventLog: noted(log),
    partitions: 4,
    timeoutMs: 60_000,
    metrics: { startWait: () => endWait },
  });
  return { reads, waits, endWait };
}

describe('a token beyond the log is refused at once, and its wait ends', () => {
  const refusal = { status: 400, errors: [{ code: 'unknown_position' }] };

  it('for the read models', async () => {
    const { reads, waits, endWait } = readsOf({ isBeyond: true });
    await expect(reads.inReadModel('order_list', token)).rejects.toMatchObject(refusal);
    expect(await Promise.all(waits)).toEqual([false, false]);
    expect(endWait.mock.calls).toEqual([['refused']]);
  });

  it('for the log', async () => {
    const { reads, waits } = readsOf({ isBeyond: true });
    await expect(reads.inEventLog(token)).rejects.toMatchObject(refusal);
    expect(await Promise.all(waits)).toEqual([false, false]);
  });
});

it('a wait on a store that does not answer ends with its read', async () => {
  jest.useFakeTimers();
  try {
    const { reads, waits, endWait } = readsOf({ isBeyond: false });
    const read = reads.inReadModel('order_list', token).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(await read).toMatchObject({ code: 'read_model_behind' });
    expect(await Promise.all(waits)).toEqual([false, false]);
    expect(endWait.mock.calls).toEqual([['behind']]);
  } finally {
    jest.useRealTimers();
  }
});
