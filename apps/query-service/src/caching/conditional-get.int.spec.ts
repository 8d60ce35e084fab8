import { randomUUID } from 'node:crypto';
import { orderDetailsDocument, shipmentDocument, stockLevelDocument } from '../testing/documents.fixture';
import { appendToOrder, orderEvents } from '../testing/orders.fixture';
import { startQueryService, type TestQueryService, type TestRequest } from '../testing/query-service.fixture';

describe('an answer about one aggregate', () => {
  let service: TestQueryService;
  const orderId = randomUUID();
  const shipmentId = randomUUID();
  const paths = [
    `/v1/orders/${orderId}`,
    `/v1/orders/${orderId}/history`,
    `/v1/orders/${orderId}/state`,
    `/v1/orders/${orderId}/state?version=3`,
    `/v1/shipments/${shipmentId}`,
    '/v1/stock/85123A',
  ];
  const ask = (path: string, ifNoneMatch: string, request: TestRequest = {}) =>
    service.get(path, { ...request, headers: { 'if-none-match': ifNoneMatch } });

  beforeAll(async () => {
    service = await startQueryService();
    const { created, readdressed, paid } = orderEvents(orderId, 'C1');
    await appendToOrder(service.store, orderId, [created, readdressed, paid]);
    await service.readModel('order_details').put(orderDetailsDocument({ _id: orderId, version: 3 }));
    await service.readModel('shipments').put(shipmentDocument({ _id: shipmentId, version: 3 }));
    await service.readModel('stock_levels').put(stockLevelDocument({ version: 3 }));
  });
  afterAll(() => service.stop());

  it.each(paths)('%s is not sent again to a client that has it', async (path) => {
    const cached = { etag: '"3"', 'cache-control': 'private, no-cache', vary: 'authorization' };
    const first = await service.get(path);
    expect(first).toMatchObject({ status: 200, headers: cached, body: expect.anything() });

    for (const known of ['"3"', 'W/"3"', '"2", "3"', '*']) {
      const again = await ask(path, known);
      expect(again).toMatchObject({ status: 304, headers: cached });
      expect(again.body).toBeUndefined();
      expect(again.headers['content-type']).toBeUndefined();
    }
    for (const other of ['"2"', '"33"', '3', '']) {
      expect(await ask(path, other)).toMatchObject({ status: 200, headers: cached, body: first.body });
    }
  });

  it('is a 404 for another customer that sends the right version', async () => {
    for (const path of paths.slice(0, 4)) {
      const answer = await ask(path, '"3"', { role: 'customer', customer: 'C2' });
      expect(answer).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
      expect(answer.headers['etag']).toBeUndefined();
    }
  });

  it('waits for the consistency token first', async () => {
    const headers = { 'if-none-match': '"3"', 'consistency-token': '3:1000' };
    const behind = await startQueryService({ READ_YOUR_WRITES_TIMEOUT_MS: '50' });
    try {
      await behind.write(3, 1_000);
      await behind.readModel('order_details').put(orderDetailsDocument({ _id: orderId, version: 3 }));
      expect(await behind.get(`/v1/orders/${orderId}`, { headers })).toMatchObject({ status: 503 });
    } finally {
      await behind.stop();
    }
  });

  it('is sent again when a payment, the shipment or the customer changed it without a new version', async () => {
    const id = randomUUID();
    const asCreated = orderDetailsDocument({ _id: id, version: 1, position: 7, versionPosition: 7 });
    const details = service.readModel('order_details');
    await details.put(asCreated);
    expect(await ask(`/v1/orders/${id}`, '"1"')).toMatchObject({ status: 304 });

    const payment = { id: randomUUID(), method: 'card', status: 'REQUESTED' } as const;
    await details.put({ ...asCreated, payment, position: 8 });
    const paying = await ask(`/v1/orders/${id}`, '"1"');
    expect(paying).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { payment } });

    await details.put({ ...asCreated, payment, version: 2, position: 9, versionPosition: 9 });
    expect(await ask(`/v1/orders/${id}`, '"2"')).toMatchObject({ status: 304 });
  });
});

describe('any other answer', () => {
  let service: TestQueryService;
  beforeAll(async () => {
    service = await startQueryService();
  });
  afterAll(() => service.stop());

  it.each(['/v1/orders', '/v1/stock', '/v1/shipments', '/v1/correlations/none/events'])(
    '%s is private to the caller, and is never answered with 304',
    async (path) => {
      const { status, headers } = await service.get(path, { headers: { 'if-none-match': '*' } });
      expect({ status, etag: headers['etag'] }).toEqual({ status: 200, etag: undefined });
      expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'authorization' });
    },
  );
});
