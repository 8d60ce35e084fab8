import { randomUUID } from 'node:crypto';
import { encodeCursor } from '@tidemark/platform';
import { appendToOrder, orderEvents } from '../../testing/orders.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

describe('GET /v1/correlations/{id}/events', () => {
  let service: TestQueryService;
  const correlationId = 'web.42_a-b';
  const orderIds = [randomUUID(), randomUUID(), randomUUID()];
  const path = `/v1/correlations/${correlationId}/events`;
  const streams = (body: { items: { streamId: string }[] }) => body.items.map(({ streamId }) => streamId);

  beforeAll(async () => {
    service = await startQueryService();
    for (const orderId of orderIds) {
      const { created, paid } = orderEvents(orderId, 'C1');
      await appendToOrder(service.store, orderId, [created, paid], { correlationId });
    }
    const other = randomUUID();
    await appendToOrder(service.store, other, [orderEvents(other, 'C1').created], { correlationId: 'else' });
  });
  afterAll(() => service.stop());

  it('answers the events of all streams, causes before effects', async () => {
    const { status, body } = await service.get(path);

    expect(status).toBe(200);
    expect(streams(body)).toEqual(orderIds.flatMap((id) => [`Order-${id}`, `Order-${id}`]));
    expect(body.nextCursor).toBeUndefined();
  });

  it('pages', async () => {
    const first = await service.get(`${path}?limit=4`);
    const second = await service.get(`${path}?limit=4&cursor=${first.body.nextCursor}`);

    expect([...streams(first.body), ...streams(second.body)]).toEqual(
      streams((await service.get(path)).body),
    );
    expect(second.body.nextCursor).toBeUndefined();
  });

  it('answers an empty list for an id that caused no event', async () => {
    expect(await service.get('/v1/correlations/none/events')).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('answers 403 to a customer', async () => {
    expect(await service.get(path, { role: 'customer', customer: 'C1' })).toMatchObject({ status: 403 });
  });

  const forged = encodeCursor({ list: 'correlation', correlationId }, ["' OR 1=1"]);

  it.each([
    '/v1/correlations/a%20b/events',
    `${path}?cursor=AAAA`,
    `${path}?cursor=${forged}`,
    `${path}?from=1`,
  ])('refuses %s with 400', async (bad) => {
    expect(await service.get(bad)).toMatchObject({ status: 400 });
  });
});
