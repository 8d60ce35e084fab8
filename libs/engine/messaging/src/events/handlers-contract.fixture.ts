import { eventually } from '@tidemark/test-servers';
import { BrokerUnavailableError } from '../errors';
import type { GroupStore } from '../leases/group-store';
import { NEVER_MS, type ConsumersOnTest, type DeliveryBed } from './consumers-on-test.fixture';
import { RecordingHandler } from './recording-handler.fixture';

/** Part of the contract: what the handler may do. */
export function survivesHandlers(bed: () => DeliveryBed, test: () => ConsumersOnTest): void {
  it('reads no second page while its handler works, however many events are announced', async () => {
    const { log, handler } = test();
    const largest: number[] = [];
    let go = () => {};
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    handler.before = ({ events }) => {
      largest.push(events.length);
      return mayGo;
    };
    log.append(0, 100);
    test().start({ maxBatch: 10, leaseMs: 10_000 });
    await eventually(() => expect(largest).toEqual([10]));
    let reads = 0;
    log.onRead = (partition) => void (reads += partition === 0 ? 1 : 0);
    test().append(0, 100);
    test().append(1, 1);
    await eventually(() => expect(largest).toEqual([10, 1]));
    expect(reads).toBe(0);
    go();
    await test().expectApplied(0, 200);
    expect(Math.max(...largest)).toBe(10);
  });

  it('retries a failing event in place, delays the events behind it, and does not affect the other partition', async () => {
    const group = test().start();
    let failures = 0;
    test().handler.before = ({ events }) => {
      if (failures < 3 && events.some(({ partition, position }) => partition === 0 && position === 5)) {
        failures += 1;
        throw new Error('not now');
      }
    };
    test().append(0, 8);
    test().append(1, 8);
    await test().expectApplied(1, 8);
    await test().expectApplied(0, 8);
    expect(failures).toBe(3);
    await eventually(async () => expect((await group.status())[0]).not.toHaveProperty('error'));
  });

  it('parks the stream of an event that keeps failing, and continues with the other streams', async () => {
    const group = test().start({ maxAttempts: 3, minBackoffMs: 1, maxBackoffMs: 5 });
    test().handler.before = ({ events }) => {
      if (events.some(({ position }) => position === 3)) {
        throw new Error('never');
      }
    };
    const both = ['A', 'B', 'A', 'B', 'A', 'B'];
    bed().announce(test().log.appendTo(0, ...both));
    await eventually(() => expect(test().handler.positions(0)).toEqual([1, 2, 4, 6]));
    bed().announce(test().log.appendTo(0, ...both));
    await eventually(() => expect(test().handler.positions(0)).toEqual([1, 2, 4, 6, 8, 10, 12]));
    await eventually(async () =>
      expect((await group.status())[0]).toMatchObject({ lag: 0, parked: 1, checkpoint: { position: 12 } }),
    );
  });

  it('waits as long as the environment fails, and reports the error', async () => {
    const group = test().start({ maxAttempts: 2, minBackoffMs: 1, maxBackoffMs: 2 });
    let failures = 0;
    let isAway = true;
    test().handler.before = ({ events }) => {
      if (isAway && events.some(({ partition, position }) => partition === 0 && position === 5)) {
        failures += 1;
        throw new BrokerUnavailableError('not now');
      }
    };
    test().append(0, 4);
    await test().expectApplied(0, 4);
    test().append(0, 4);
    await eventually(() => expect(failures).toBeGreaterThan(20));
    expect((await group.status())[0]).toMatchObject({ lag: 4, parked: 0, error: 'broker_unavailable' });
    isAway = false;
    await test().expectApplied(0, 8);
  });

  it('continues at the stored checkpoint if the outcome of a batch is unknown', async () => {
    const { store, log } = test();
    let doubtful = 0;
    const lossy: GroupStore = Object.create(store, {
      advance: {
        value: async (...args: Parameters<GroupStore['advance']>) => {
          await store.advance(...args);
          if (args[2].position === 5) {
            doubtful += 1;
            throw new Error('the connection was lost after the commit');
          }
        },
      },
    }) as GroupStore;
    const unlucky = new RecordingHandler(lossy, bed().parked('projections'));
    test().start({ handler: unlucky });
    log.append(0, 5);
    await eventually(async () => expect(await store.loadCheckpoint(0)).toMatchObject({ position: 5 }));
    log.append(0, 2);
    await eventually(() => expect(unlucky.positions(0)).toEqual([6, 7]));
    expect(doubtful).toBe(1);
  });

  it('aborts a running handler when its partition is lost in the middle of a page', async () => {
    const { log, handler } = test();
    let aborted = false;
    test().start({ maxBatch: 2 });
    const begun = new Promise<void>((resolve) => {
      handler.before = (_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        resolve();
        return new Promise(() => {});
      };
    });
    log.append(0, 3);
    await begun;
    handler.before = () => {};
    await bed().expireLeases();
    await eventually(() => expect(aborted).toBe(true));
    await test().expectApplied(0, 3);
  });

  it('finishes the batch under way when it is stopped, and starts no other', async () => {
    const { handler, store } = test();
    let reached = () => {};
    let go = () => {};
    const inHandler = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const group = test().start({ idleCheckMs: NEVER_MS, maxBatch: 2 });
    await bed().listening(0);
    handler.before = async () => {
      reached();
      await mayGo;
    };
    test().append(0, 1);
    await inHandler;
    test().append(0, 2);
    const stopped = group.stop();
    go();
    await stopped;
    expect(handler.positions(0)).toEqual([1]);
    expect((await store.partitions()).every(({ owner }) => owner === undefined)).toBe(true);
    test().start();
    await test().expectApplied(0, 3);
  });
}
