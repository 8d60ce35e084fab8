import { randomUUID } from 'node:crypto';
import { encodeCursor } from '@tidemark/platform';
import { appendToOrder, orderEvents } from '../../testing/orders.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

describe('GET /v1/streams/{streamId}/events', () => {
  let service: TestQueryService;
  const orderId = randomUUID();
  const path = `/v1/streams/Order-${orderId}/events`;
  const versions = (body: { items: { version: number }[] }) => body.items.map(({ version }) => version);

  beforeAll(async () => {
    service = await startQueryService();
    const { created, readdressed, paid } = orderEvents(orderId, 'C1');
    await appendToOrder(service.store, orderId, [created, readdressed, readdressed, readdressed, paid]);
  });
  afterAll(() => service.stop());

  it('answers envelopes, oldest first', async () => {
    const { status, body } = await service.get(`${path}?limit=1`);

    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        eventId: expect.any(String),
        streamId: `Order-${orderId}`,
        streamType: 'Order',
        version: 1,
        partition: expect.any(Number),
        position: 1,
        type: 'OrderCreated',
        schemaVersion: 1,
        data: expect.objectContaining({ orderId, customerId: 'C1' }),
        timestamp: expect.stringMatching(/Z$/),
        correlationId: 'c-1',
        causationId: expect.any(String),
        metadata: { actor: 'web' },
      },
    ]);
  });

  it('answers pages, from a given version on', async () => {
    const first = await service.get(`${path}?fromVersion=2&limit=2`);
    expect(versions(first.body)).toEqual([2, 3]);
    const second = await service.get(`${path}?fromVersion=2&limit=2&cursor=${first.body.nextCursor}`);
    expect(versions(second.body)).toEqual([4, 5]);
    expect(second.body.nextCursor).toBeUndefined();
  });

  it('answers an empty list beyond the last event, and 404 for an unknown stream', async () => {
    expect((await service.get(`${path}?fromVersion=6`)).body).toEqual({ items: [] });
    expect(await service.get(`/v1/streams/Order-${randomUUID()}/events`)).toMatchObject({ status: 404 });
    expect(await service.get('/v1/streams/Nothing-1/events')).toMatchObject({ status: 404 });
  });

  it('answers 403 to a customer', async () => {
    expect(await service.get(path, { role: 'customer', customer: 'C1' })).toMatchObject({ status: 403 });
  });

  it.each([
    `${path}?fromVersion=0`,
    `${path}?fromVersion=x`,
    `${path}?limit=101`,
    `${path}?cursor=AAAA`,
    '/v1/streams/Order/events',
    '/v1/streams/Order-/events',
    '/v1/streams/Order-%00/events',
  ])('refuses %s with 400', async (bad) => {
    expect(await service.get(bad)).toMatchObject({ status: 400 });
  });

  it.each([2_147_483_647, 1.5, 1e18, 0, -1, '1'])(
    'refuses the forged cursor %p with 400',
    async (version) => {
      const scope = { list: 'stream', streamId: `Order-${orderId}`, fromVersion: 1 };
      const answer = await service.get(`${path}?cursor=${encodeCursor(scope, [version])}`);

      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_cursor' }] } });
    },
  );

  it('refuses with 400 the cursor of another stream or another first version', async () => {
    const { body } = await service.get(`${path}?limit=1`);
    expect(await service.get(`${path}?fromVersion=2&cursor=${body.nextCursor}`)).toMatchObject({
      status: 400,
    });
    const other = `/v1/streams/Order-${randomUUID()}/events?cursor=${body.nextCursor}`;
    expect(await service.get(other)).toMatchObject({ status: 400 });
  });
});
