import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '@tidemark/kernel';
import { firstOf } from '../../event-log/first-of';
import { appendToOrder, orderEvents } from '../../testing/orders.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

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

  it('is the latest when neither version nor time is asked for', async () => {
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

    /** A state that its events would not give, so that it shows whether it was used. */
    async function takeSnapshot(eventId: string): Promise<void> {
      const { state } = await longStateAt(`version=${snapshotVersion}`);
      const told = {
        state: { ...state, customerId: 'from the snapshot' },
        version: snapshotVersion,
        eventId,
      };
      await service.snapshots.save(`Order-${longId}`, 1, told);
    }

    it('begins there when that is early enough, and at the first event otherwise', async () => {
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

    it('does without when it is of another log', async () => {
      await service.snapshots.save(`Order-${longId}`, 1, {
        state: { status: 'PENDING', customerId: 'from the snapshot' },
        version: snapshotVersion + 1,
        eventId: randomUUID(),
      });
      expect(await longStateAt('')).toMatchObject({ version: lastVersion, state: { customerId: 'C1' } });
    });
  });

  it("is not somebody else's to see", async () => {
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
