import { eventually } from '@tidemark/test-servers';
import { NEVER_MS, upTo, type ConsumersOnTest, type DeliveryBed } from './consumers-on-test.fixture';
import { RecordingHandler } from './recording-handler.fixture';

/** Part of the contract: replicas come and go, and the store or a part of the log is lost. */
export function survivesLosses(bed: () => DeliveryBed, test: () => ConsumersOnTest): void {
  it('starts at position 1 from the log when its store was lost', async () => {
    test().start();
    test().log.append(0, 10);
    await test().expectApplied(0, 10);
    await bed().loseStore();
    await eventually(() => expect(test().handler.positions(0)).toEqual([...upTo(10), ...upTo(10)]));
  });

  it('stops a partition if the log no longer has the event of its checkpoint', async () => {
    const { log } = test();
    const first = test().start();
    log.append(0, 10);
    await test().expectApplied(0, 10);
    await first.stop();
    log.truncate(0, 8);
    log.append(0, 5);
    const second = test().start();
    log.append(1, 2);
    await test().expectApplied(1, 2);
    await eventually(async () => expect((await second.status())[0]).toMatchObject({ error: 'log_diverged' }));
    expect(test().handler.positions(0)).toEqual(upTo(10));
  });

  it('notices while idle that the log was restored to an earlier point', async () => {
    const group = test().start();
    test().log.append(0, 10);
    await test().expectApplied(0, 10);
    test().log.truncate(0, 8);
    await eventually(async () => expect((await group.status())[0]).toMatchObject({ error: 'log_diverged' }));
  });

  it('notices from announced events that the log was restored, even if it has grown again before a check', async () => {
    const group = test().start({ idleCheckMs: NEVER_MS });
    await bed().listening(0);
    test().append(0, 10);
    await test().expectApplied(0, 10);
    test().log.truncate(0, 8);
    test().append(0, 5);
    await eventually(async () => expect((await group.status())[0]).toMatchObject({ error: 'log_diverged' }));
    expect(test().handler.positions(0)).toEqual(upTo(10));
  });

  it("takes over within a lease from a silent owner, and the store refuses that owner's late write", async () => {
    const { store } = test();
    let dead = false;
    const dying = new Proxy(store, {
      get: (target, key) =>
        dead && (key === 'renew' || key === 'heartbeat')
          ? () => new Promise(() => {})
          : (target as unknown as Record<PropertyKey, (...args: unknown[]) => unknown>)[key]!.bind(target),
    });
    let release = () => {};
    const frozen = new Promise<void>((resolve) => (release = resolve));
    const zombie = new RecordingHandler(store, bed().parked('projections'));
    zombie.before = () => frozen;
    const first = test().start({ store: dying, handler: zombie, owner: 'zombie' });
    await bed().listening(0);
    test().append(0, 5);
    await eventually(async () =>
      expect((await first.status())[0]).toMatchObject({ owner: test().ownerName('zombie') }),
    );
    dead = true;
    const second = test().start({ owner: 'successor' });
    await test().expectApplied(0, 5);
    release();
    await eventually(async () =>
      expect((await second.status()).map(({ owner }) => owner)).toEqual(
        Array(2).fill(test().ownerName('successor')),
      ),
    );
    test().append(0, 5);
    await test().expectApplied(0, 10);
    expect(zombie.applied).toEqual([]);
    await first.stop();
  });

  it('applies everything once and in order while replicas come and go', async () => {
    const replicas = 3;
    let appended = 0;
    const feed = () => {
      for (const partition of [0, 1]) {
        test().append(partition, 50);
      }
      appended += 50;
    };
    const first = test().start({ owner: 'first', maxBatch: 9 });
    for (let replica = 1; replica < replicas; replica += 1) {
      feed();
      const next = test().start({ owner: `replica-${replica}`, maxBatch: 9 });
      await eventually(async () => {
        feed();
        const owners = new Set((await next.status()).map(({ owner }) => owner));
        expect(owners.size).toBe(2);
      });
    }
    await first.stop();
    await eventually(async () => {
      feed();
      const owners = (await first.status()).map(({ owner }) => owner);
      expect(owners).not.toContain(test().ownerName('first'));
      expect(owners).not.toContain(undefined);
    });
    feed();
    await test().expectApplied(0, appended);
    await test().expectApplied(1, appended);
  });
}
