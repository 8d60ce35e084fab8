import { eventually } from '@tidemark/test-servers';
import { BrokerUnavailableError } from '../errors';
import { NEVER_MS, type ConsumersOnTest, type DeliveryBed } from './consumers-on-test.fixture';

/** Part of the contract: announcements may be lost, repeated and late. */
export function deliversEvents(bed: () => DeliveryBed, test: () => ConsumersOnTest): void {
  it('applies announced events, lifted, in order and in batches', async () => {
    const { log, handler } = test();
    const group = test().start({ idleCheckMs: NEVER_MS, leaseMs: 10_000 });
    await bed().listening(0);
    await bed().listening(1);
    const events = log.append(0, 1_000);
    bed().announce(events);
    test().append(1, 3);
    await test().expectApplied(0, 1_000);
    await test().expectApplied(1, 3);
    expect(handler.batches).toBeLessThan(1_003);
    const applied = handler.applied.find(({ eventId }) => eventId === events[41]!.eventId);
    expect(applied?.data).toEqual({ count: 42 });
    expect(await group.status()).toEqual([
      expect.objectContaining({
        partition: 0,
        checkpoint: { position: 1_000, eventId: events[999]!.eventId },
        head: 1_000,
        lag: 0,
        epoch: expect.any(Number) as number,
      }),
      expect.objectContaining({ partition: 1, head: 3, lag: 0 }),
    ]);
  });

  it('finds earlier events and events without an announcement, even the last event before a quiet time', async () => {
    const { log } = test();
    bed().announce(log.append(0, 400));
    log.append(0, 100);
    test().start();
    await test().expectApplied(0, 500);
    log.append(0, 1);
    await test().expectApplied(0, 501);
  });

  it('applies an event once if it is announced several times, late, or out of order', async () => {
    const { log } = test();
    test().start({ maxBatch: 7 });
    await bed().listening(0);
    const events = log.append(0, 60);
    bed().announce([...events].reverse());
    bed().announce(events);
    await test().expectApplied(0, 60);
    bed().announce(events.slice(-3));
    test().append(0, 3);
    await test().expectApplied(0, 63);
  });

  it('continues after its connection was cut several times', async () => {
    test().start({ maxBatch: 10 });
    await bed().listening(0);
    for (let round = 1; round <= 8; round += 1) {
      test().append(0, 100);
      await eventually(() => expect(test().handler.positions(0).length).toBeGreaterThan(round * 100 - 60));
      bed().cut();
    }
    await test().expectApplied(0, 800);
    await bed().listening(0);
  });

  it('continues without a connection', async () => {
    bed().partition();
    test().start();
    test().log.append(0, 20);
    await test().expectApplied(0, 20);
    test().log.append(0, 5);
    await test().expectApplied(0, 25);
  });

  it('reports no fault after the log is available again, even without new events', async () => {
    const { log } = test();
    log.onRead = () => Promise.reject(new BrokerUnavailableError('the log is unavailable'));
    const group = test().start({ idleCheckMs: NEVER_MS });
    await eventually(async () =>
      expect((await group.status()).map(({ error }) => error)).toEqual(Array(2).fill('broker_unavailable')),
    );
    log.onRead = () => {};
    await eventually(() => expect(group.errorCode).toBeUndefined());
  });
}
