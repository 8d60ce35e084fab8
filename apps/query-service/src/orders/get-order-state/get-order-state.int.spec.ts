import { randomUUID } from 'node:crypto';
import { eventCodec } from '@tidemark/contracts';
import { PostgresEventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { order } from '@tidemark/ordering';
import { createPool } from '@tidemark/postgres';
import { createTestClock } from '@tidemark/test-servers';
import { firstOf } from '../../event-log/first-of';
import { appendToOrder, orderEvents } from '../../testing/orders.fixture';
import { partitions, startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

describe('GET /v1/orders/{id}/state', () => {
  let service: TestQueryService;
  let events: EventEnvelope[];
  const orderId = randomUUID();
  const streamId = `Order-${orderId}`;
  const stateAt = (query: string, customer = 'C1') =>
    service.get(`/v1/orders/${orderId}/state?${query}`, { role: 'customer', customer });

  beforeAll(async () => {
    service = await startQueryService();
    const { created, readdressed, paid } = orderEvents(orderId, 'C1');
    for (const event of [created, readdressed, paid]) {
      await appendToOrder(service.store, orderId, [event]);
    }
    events = [];
    for await (const event of service.store.readStream(streamId)) {
      events.push(event);
    }
  });
  afterAll(() => service.stop());

  it('is folded from the events up to a version', async () => {
    const first = await stateAt('version=1');
    expect(first).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(first.body).toMatchObject({
      streamId,
      version: 1,
      timestamp: events[0]!.timestamp,
      state: { status: 'PENDING', customerId: 'C1', shippingAddress: { city: 'London' } },
    });
    expect((await stateAt('version=2')).body).toMatchObject({
      version: 2,
      state: { status: 'PENDING', shippingAddress: { city: 'Ockham' } },
    });
    expect((await stateAt('version=3')).body).toMatchObject({ version: 3, state: { status: 'PAID' } });
  });

  it('is the latest state when the request names neither version nor time', async () => {
    expect((await stateAt('')).body).toMatchObject({ version: 3, state: { status: 'PAID' } });
  });

  it('is folded from the events up to a time, inclusive', async () => {
    for (const { timestamp } of events) {
      const last = events.filter((event) => event.timestamp <= timestamp).at(-1)!;
      expect((await stateAt(`at=${timestamp}`)).body).toMatchObject({ version: last.version });
    }
    expect((await stateAt('at=2999-01-01')).body).toMatchObject({ version: 3 });
  });

  it.each(['version=0', 'version=4', 'at=2010-12-01T00:00:00Z'])(
    'does not exist at %s: 404',
    async (query) => {
      expect(await stateAt(query)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  describe('of an order with a snapshot', () => {
    const longId = randomUUID();
    const lastVersion = 60;
    const snapshotVersion = 50;
    let long: EventEnvelope[];
    const longStateAt = async (query: string) =>
      (await service.get(`/v1/orders/${longId}/state?${query}`)).body;

    beforeAll(async () => {
      const { created, readdressed } = orderEvents(longId, 'C1');
      const changes = Array.from({ length: lastVersion - 1 }, () => readdressed);
      await appendToOrder(service.store, longId, [created, ...changes]);
      long = await firstOf(lastVersion, service.store.readStream(`Order-${longId}`));
    });

    /** Saves a state that does not follow from the events, so that an answer shows whether the snapshot was used. */
    async function takeSnapshot(eventId: string): Promise<void> {
      const { state } = await longStateAt(`version=${snapshotVersion}`);
      const told = {
        state: { ...state, customerId: 'from the snapshot' },
        version: snapshotVersion,
        eventId,
      };
      await service.snapshots.save(`Order-${longId}`, order.stateVersion, told);
    }

    it('begins at the snapshot if that is early enough, or else at the first event', async () => {
      const folded = await longStateAt(`version=${snapshotVersion}`);
      await takeSnapshot(long[snapshotVersion - 1]!.eventId);
      for (const query of ['', `version=${lastVersion}`, 'at=2999-01-01']) {
        expect(await longStateAt(query)).toMatchObject({
          version: lastVersion,
          state: { customerId: 'from the snapshot', shippingAddress: { city: 'Ockham' } },
        });
      }
      expect(await longStateAt(`version=${snapshotVersion}`)).toEqual({
        ...folded,
        state: { ...folded.state, customerId: 'from the snapshot' },
      });
      expect(await longStateAt(`version=${snapshotVersion - 1}`)).toMatchObject({
        version: snapshotVersion - 1,
        state: { customerId: 'C1' },
      });
      expect(await longStateAt('at=2010-12-01')).toMatchObject({ code: 'not_found' });
    });

    it('ignores a snapshot of another log', async () => {
      await service.snapshots.save(`Order-${longId}`, order.stateVersion, {
        state: { status: 'PENDING', customerId: 'from the snapshot' },
        version: snapshotVersion + 1,
        eventId: randomUUID(),
      });
      expect(await longStateAt('')).toMatchObject({ version: lastVersion, state: { customerId: 'C1' } });
    });
  });

  it("is the same with and without a snapshot after the database's clock has stepped back", async () => {
    const steppedId = randomUUID();
    const clock = await createTestClock(service.eventLogUrl);
    const pool = createPool({ url: service.eventLogUrl, applicationName: 'test' });
    const store = new PostgresEventStore({ pool, codec: eventCodec, partitions });
    const { created, readdressed } = orderEvents(steppedId, 'C1');
    const some = (count: number) => Array.from({ length: count }, () => readdressed);
    await clock.step(3_600_000);
    await appendToOrder(store, steppedId, [created, ...some(29)]);
    await clock.step(-3_600_000);
    await appendToOrder(store, steppedId, [readdressed, ...some(29)]);
    await pool.end();

    const long = await firstOf(60, service.store.readStream(`Order-${steppedId}`));
    const [first, last] = [long[0]!.timestamp, long[59]!.timestamp];
    const between = new Date((Date.parse(first) + Date.parse(last)) / 2).toISOString();
    const before = new Date(Date.parse(long[30]!.timestamp) - 1).toISOString();
    const answers = async () => {
      const asked = [before, last, between, first].map((at) =>
        service.get(`/v1/orders/${steppedId}/state?at=${at}`),
      );
      return (await Promise.all(asked)).map(({ status, body: { version, state } }) => ({
        status,
        version,
        state,
      }));
    };
    const folded = await answers();
    expect(folded).toMatchObject([
      { status: 404 },
      { version: 60, state: { shippingAddress: { city: 'Ockham' } } },
      { version: 60 },
      { version: 60 },
    ]);
    const { state } = (await service.get(`/v1/orders/${steppedId}/state?version=50`)).body;
    await service.snapshots.save(`Order-${steppedId}`, order.stateVersion, {
      state,
      version: 50,
      eventId: long[49]!.eventId,
    });
    expect(await answers()).toEqual(folded);
  });

  it('is a 404 for another customer', async () => {
    expect(await stateAt('version=1', 'C2')).toMatchObject({ status: 404 });
  });

  it.each([
    'version=-1',
    'version=1.5',
    'version=x',
    'version=4294967296',
    'version=1&version=2',
    'at=now',
    'at=2010-02-30',
    'version=1&at=2010-12-01',
    'at[$gt]=2010',
  ])('refuses %s with 400', async (query) => {
    expect(await stateAt(query)).toMatchObject({ status: 400 });
  });
});
