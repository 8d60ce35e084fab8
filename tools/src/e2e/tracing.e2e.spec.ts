import { eventually, serviceNames } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { startSystem, type RunningSystem } from './running-system.fixture';
import { startSpanCollector, type CollectedSpan, type SpanCollector } from './span-collector.fixture';

const traceId = '5af7651916cd43dd8448eb211c80319c';
const request = 'c7ad6b7169203331';

let collector: SpanCollector;
let system: RunningSystem;

beforeAll(async () => {
  collector = await startSpanCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '100' };
  system = await startSystem(Object.fromEntries(serviceNames.map((name) => [name, settings])));
});
afterAll(async () => {
  await system.end();
  collector.close();
});

/** The ancestors of a span, starting with the request. */
function pathTo(span: CollectedSpan): string[] {
  const cause = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(cause ? pathTo(cause) : [`${span.parentSpanId}`]), `${span.service}: ${span.name}`];
}

it('shows a payment from the request over the broker to the read models, and back into commands, as one trace', async () => {
  const { client } = system;
  const [customerId, productId, orderId] = [randomUUID(), randomUUID(), randomUUID()];
  const write = (path: string, body: object) => client.post(path, body, randomUUID());
  await write('/v1/customers', { customerId, name: 'Ada', email: 'ada@example.com' });
  await write('/v1/products', { productId, name: 'Mug', price: { amount: 100, currency: 'EUR' } });
  await write(`/v1/stock/${productId}/receive`, { quantity: 5 });
  await write('/v1/orders', {
    orderId,
    customerId,
    items: [{ productId, quantity: 1 }],
    shippingAddress: { name: 'Ada', line1: '1 Quay', city: 'Bristol', postalCode: 'BS1', country: 'GB' },
  });
  await client.post(
    `/v1/orders/${orderId}/payment`,
    { method: { type: 'card', token: 'tok_ok' } },
    randomUUID(),
    { traceparent: `00-${traceId}-${request}-01` },
  );

  const story = [
    request,
    'command-service: POST /v1/orders/:id/payment',
    'process-manager: fulfilment PaymentRequested',
    'command-service: Payment.CapturePayment',
    'process-manager: fulfilment PaymentCaptured',
    'command-service: Order.PayOrder',
    'process-manager: fulfilment OrderPaid',
    'command-service: StockItem.ReserveInventory',
    'process-manager: fulfilment InventoryReserved',
    'command-service: Shipment.CreateShipment',
    'projection-service: projections ShipmentCreated',
  ];
  await eventually(() => {
    const last = collector.spans.find(
      (span) => span.traceId === traceId && span.name === 'projections ShipmentCreated',
    );
    expect(last && pathTo(last)).toEqual(story);
  });
});

it('begins a trace for a request that names none', async () => {
  await system.client.get(`/v1/orders/${randomUUID()}`);
  await eventually(() => {
    const [span] = collector.spans.filter(({ name }) => name === 'GET /v1/orders/:id');
    expect(span).toMatchObject({ service: 'query-service' });
    expect(span!.parentSpanId ?? '').toBe('');
  });
});
