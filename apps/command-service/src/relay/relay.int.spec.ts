import { consumerGroups } from '@tidemark/contracts';
import { AdminPort } from '@tidemark/platform';
import { eventually, testServer } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
beforeAll(async () => {
  testServer('rabbitmq');
  service = await startCommandService();
});
afterAll(() => service.stop());

describe('the relay', () => {
  it('sends each appended event, in its whole envelope, to every consumer group', async () => {
    const customerId = await shopOf(service).customer();
    const streamId = `Customer-${customerId}`;
    const partition = await service.streamPartition(streamId);
    const [event] = await service.events(streamId);
    for (const group of consumerGroups) {
      await eventually(async () =>
        expect(await service.take(({ eventQueue }) => eventQueue(group, partition!))).toEqual(event),
      );
    }
  });

  it('reports its position in each partition', async () => {
    await shopOf(service).customer();
    await eventually(async () => {
      const { status, body } = await service.request('GET', '/admin/relay', { role: 'admin' });
      expect(status).toBe(200);
      expect(body.items).toHaveLength(4);
      for (const [partition, item] of body.items.entries()) {
        expect(item).toMatchObject({
          partition,
          backlog: 0,
          published: item.head,
          owner: expect.any(String) as string,
        });
      }
    });
    const { text } = await metrics();
    expect(text).toMatch(/tidemark_relay_backlog\{partition="0",service="command-service"\} 0/);
    expect(text).toMatch(/tidemark_relay_backlog_age_seconds\{partition="0",service="command-service"\} 0/);
    expect(text).toMatch(/tidemark_events_appended_total\{type="CustomerRegistered",.*\} [1-9]/);
    expect(text).toMatch(/tidemark_append_duration_seconds_count\{.*outcome="appended".*\} [1-9]/);
  });

  it('answers 503 while the log is unavailable', async () => {
    service.logLink.partition();
    try {
      const answer = await service.request('GET', '/admin/relay', { role: 'admin' });
      expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    } finally {
      service.logLink.heal();
    }
    await eventually(async () => {
      expect(await service.request('GET', '/admin/relay', { role: 'admin' })).toMatchObject({ status: 200 });
    });
  });

  it('shows its state to administrators only', async () => {
    expect(await service.request('GET', '/admin/relay', { role: 'operator' })).toMatchObject({ status: 403 });
    expect(await service.request('GET', '/admin/relay', { token: null })).toMatchObject({ status: 401 });
  });
});

async function metrics(): Promise<{ text: string }> {
  const { body } = await service.request('GET', '/metrics', { token: null });
  return { text: String(body) };
}

describe('the service', () => {
  it('is ready with its database and its broker', async () => {
    const answer = await service.request('GET', '/health/ready', { token: null });
    expect(answer).toMatchObject({
      status: 200,
      body: { details: { 'event-store': { status: 'up' }, broker: { status: 'up' } } },
    });
  });

  it('documents every route that it serves', async () => {
    const { body } = await service.request('GET', '/openapi.json', { token: null });
    const atAdminPort = await service.apps[0]!.get(AdminPort).inject({ url: '/openapi.json' });
    const routesOf = (paths: Record<string, object>) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
    expect(body.openapi).toBe('3.1.0');
    expect(routesOf(atAdminPort.json<{ paths: Record<string, object> }>().paths).sort()).toEqual([
      'GET /admin/relay',
      'GET /metrics',
    ]);
    expect(routesOf(body.paths as Record<string, object>).sort()).toEqual([
      'DELETE /v1/orders/{id}/items/{productId}',
      'GET /health/live',
      'GET /health/ready',
      'GET /health/startup',
      'POST /v1/customers',
      'POST /v1/orders',
      'POST /v1/orders/{id}/cancel',
      'POST /v1/orders/{id}/items',
      'POST /v1/orders/{id}/payment',
      'POST /v1/products',
      'POST /v1/products/{id}/discontinue',
      'POST /v1/shipments/{id}/deliver',
      'POST /v1/shipments/{id}/dispatch',
      'POST /v1/stock/{productId}/adjust',
      'POST /v1/stock/{productId}/receive',
      'PUT /v1/customers/{id}/contact',
      'PUT /v1/orders/{id}/shipping-address',
      'PUT /v1/products/{id}/details',
      'PUT /v1/products/{id}/price',
    ]);
    expect(body.components.schemas.CreateOrderDto.properties.items).toMatchObject({
      type: 'array',
      minItems: 1,
    });
  });
});
