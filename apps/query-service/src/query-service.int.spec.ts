import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@tidemark/test-servers';
import { orderDetailsDocument } from './testing/documents.fixture';
import { startQueryService, type TestQueryService } from './testing/query-service.fixture';

describe('query-service', () => {
  let service: TestQueryService;
  const orderId = randomUUID();

  beforeAll(async () => {
    service = await startQueryService();
    await service.readModel('order_details').put(orderDetailsDocument({ _id: orderId }));
  });
  afterAll(() => service.stop());

  it('equals the committed openapi.json, which is written if it is missing', async () => {
    // `npm run -s client:types` makes the types of the client from it.
    const committed = join(__dirname, '../openapi.json');
    const { body } = await service.get('/openapi.json');
    const actual = `${JSON.stringify(body, undefined, 2)}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });

  it('documents every read, with its parameters and its answers', async () => {
    const { body } = await service.get('/openapi.json');

    const reads = Object.entries(body.paths as Record<string, { get: OpenApiOperation }>).filter(([path]) =>
      path.startsWith('/v1/'),
    );
    expect(reads.map(([path]) => path).sort()).toEqual([
      '/v1/correlations/{id}/events',
      '/v1/customers/{id}/statistics',
      '/v1/orders',
      '/v1/orders/{id}',
      '/v1/orders/{id}/history',
      '/v1/orders/{id}/state',
      '/v1/sales',
      '/v1/shipments',
      '/v1/shipments/{id}',
      '/v1/stock',
      '/v1/stock/{productId}',
      '/v1/streams/{streamId}/events',
    ]);
    for (const [path, { get }] of reads) {
      const named = get.parameters.map(({ name }) => name);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect({ path, named }).toEqual({
        path,
        named: expect.arrayContaining([...inPath, 'Consistency-Token']),
      });
      expect(Object.keys(get.responses)).toEqual(expect.arrayContaining(['200', '400', '401', '403', '503']));
      expect(get.responses['200']!.content['application/json']!.schema).toBeDefined();
    }
    const list = reads.find(([path]) => path === '/v1/orders')![1].get;
    expect(list.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['customerId', 'status', 'email', 'minAmount', 'maxAmount', 'currency'],
        ...['from', 'to', 'sort', 'limit', 'cursor'],
      ]),
    );
  });

  it('exports metrics of its reads and its waits', async () => {
    await service.project(1, 1);
    await service.get(`/v1/orders/${orderId}`, { headers: { 'consistency-token': '1:1' } });

    const metrics = await service.metrics();
    expect(metrics).toMatch(
      /^tidemark_query_read_duration_seconds_count\{.*read_model="order_details".*\} [1-9]/m,
    );
    expect(metrics).toMatch(/^tidemark_query_token_wait_seconds_count\{.*outcome="reached".*\} [1-9]/m);
  });

  describe('without the read store', () => {
    afterEach(() => service.readStoreLink.heal());

    it('is not ready, answers 503, serves reads from the event store, and recovers by itself', async () => {
      expect(await service.get('/health/ready')).toMatchObject({ status: 200 });
      service.readStoreLink.partition();

      const [order, health, correlation] = await Promise.all([
        service.get(`/v1/orders/${orderId}`),
        service.get('/health/ready'),
        service.get('/v1/correlations/none/events'),
      ]);
      expect(order).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      expect(Number(order.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(JSON.stringify(order.body)).not.toMatch(/mongo|127\.0\.0\.1/i);
      expect(health).toMatchObject({ status: 503, body: { error: { 'read-store': { status: 'down' } } } });
      expect(correlation.status).toBe(200);

      service.readStoreLink.heal();
      await eventually(async () => {
        expect(await service.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 200 });
        expect(await service.get('/health/ready')).toMatchObject({ status: 200 });
      });
    });
  });

  describe('without the event store', () => {
    afterEach(() => service.eventLogLink.heal());

    it('answers 503 for history, serves reads from the read models, stays ready, and recovers by itself', async () => {
      expect(await service.get('/health/ready')).toMatchObject({ status: 200 });
      service.eventLogLink.partition();

      const history = await service.get(`/v1/orders/${orderId}/history`);
      expect(history).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      expect(Number(history.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(await service.get('/health/ready')).toMatchObject({
        status: 200,
        body: { details: { 'event-store': { status: 'down' } } },
      });
      expect(await service.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 200 });

      service.eventLogLink.heal();
      await eventually(async () => {
        expect(await service.get(`/v1/orders/${orderId}/history`)).toMatchObject({ status: 404 });
        expect(await service.get('/health/ready')).toMatchObject({ status: 200 });
      });
    });
  });
});

interface OpenApiOperation {
  readonly parameters: readonly { readonly name: string }[];
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
}
