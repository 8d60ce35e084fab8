import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { LogFollower } from './log-follower';

/** A log with this many events; its reads can be held up, and fail. */
class CountedLog {
  head = 0;
  reads = 0;
  before: () => void | Promise<void> = () => {};
  readonly follower = new LogFollower(async ({ position }, limit) => {
    this.reads += 1;
    const to = Math.min(this.head, position + limit);
    await this.before();
    return { events: [], to: at(to), isFull: to === position + limit };
  });
}

const at = (position: number): Checkpoint => ({ position, ...(position > 0 && { eventId: `e${position}` }) });

describe('LogFollower', () => {
  it('reads at first, continues while pages are full, and then only after a notice', async () => {
    const log = new CountedLog();
    const { follower } = log;
    log.head = 5;
    expect(await follower.next(at(0), 2)).toMatchObject({ to: at(2) });
    expect(await follower.next(at(2), 2)).toMatchObject({ to: at(4) });
    expect(await follower.next(at(4), 2)).toMatchObject({ to: at(5) });
    expect(follower.isIdle).toBe(true);
    log.head = 6;
    expect(await follower.next(at(5), 2)).toBeUndefined();
    follower.notice();
    expect(await follower.next(at(5), 2)).toMatchObject({ to: at(6) });
    expect(log.reads).toBe(4);
  });

  it('keeps a notice of an event that the read in progress misses', async () => {
    const log = new CountedLog();
    log.before = () => {
      log.head = 1;
      log.follower.notice();
    };
    expect(await log.follower.next(at(0), 2)).toMatchObject({ to: at(0) });
    log.before = () => {};
    expect(await log.follower.next(at(0), 2)).toMatchObject({ to: at(1) });
  });

  it('reads again what was not applied, and after a fault', async () => {
    const log = new CountedLog();
    log.head = 3;
    expect(await log.follower.next(at(0), 5)).toMatchObject({ to: at(3) });
    expect(await log.follower.next(at(1), 5)).toMatchObject({ to: at(3) });
    expect(await log.follower.next(at(3), 5)).toBeUndefined();
    log.follower.notice();
    log.before = () => Promise.reject(new Error('away'));
    await expect(log.follower.next(at(3), 5)).rejects.toThrow('away');
    log.before = () => {};
    expect(await log.follower.next(at(3), 5)).toMatchObject({ to: at(3) });
  });

  it('reads fewer events at once while they are large', async () => {
    const KIB = 1_024;
    const sizes = [...Array<number>(1_000).fill(KIB), ...Array<number>(500).fill(100 * KIB)];
    const follower = new LogFollower(({ position }, limit) => {
      const events = sizes
        .slice(position, position + limit)
        .map((size) => ({ data: 'x'.repeat(size - 2) }) as EventEnvelope);
      return Promise.resolve({
        events,
        to: at(position + events.length),
        isFull: events.length === limit,
      });
    });
    const pages: number[] = [];
    for (let read = 0; read < sizes.length;) {
      const { events } = (await follower.next(at(read), 200))!;
      read += events.length;
      pages.push(events.length);
    }
    // The last 24 events of the seventh page are large.
    expect(pages).toEqual([32, 64, 128, 200, 200, 200, 200, ...Array<number>(47).fill(10), 6]);
  });
});
