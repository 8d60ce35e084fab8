import { randomUUID } from 'node:crypto';
import { appendToOrder, orderEvents } from '../../testing/orders.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

describe('GET /v1/orders/{id}/history', () => {
  let service: TestQueryService;
  const orderId = randomUUID();

  beforeAll(async () => {
    service = await startQueryService();
    const { created, readdressed, paid, cancellationRequested, shipped } = orderEvents(orderId, 'C1');
    await appendToOrder(service.store, orderId, [created, readdressed], { actor: 'web' });
    await appendToOrder(service.store, orderId, [paid], { actor: 'process:order-fulfilment' });
    await appendToOrder(service.store, orderId, [cancellationRequested]);
    await appendToOrder(service.store, orderId, [shipped], { actor: 'warehouse' });
  });
  afterAll(() => service.stop());

  it('answers every change of status with when, by what and by whom', async () => {
    const { status, headers, body } = await service.get(`/v1/orders/${orderId}/history`);

    const timestamp = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(status).toBe(200);
    expect(headers['etag']).toBe('"5"');
    expect(body).toEqual([
      { status: 'PENDING', timestamp, version: 1, eventType: 'OrderCreated', actor: 'web' },
      { status: 'PAID', timestamp, version: 3, eventType: 'OrderPaid', actor: 'process:order-fulfilment' },
      { status: 'SHIPPED', timestamp, version: 5, eventType: 'OrderShipped', actor: 'warehouse' },
    ]);
  });

  it("shows a customer its own, and answers 404 for somebody else's and for what is unknown", async () => {
    const statusFor = async (customer: string, id: string) =>
      (await service.get(`/v1/orders/${id}/history`, { role: 'customer', customer })).status;

    expect(await statusFor('C1', orderId)).toBe(200);
    expect(await statusFor('C2', orderId)).toBe(404);
    expect(await statusFor('C1', randomUUID())).toBe(404);
  });

  it('answers 404 for an order that was never created, though a payment for it was rejected', async () => {
    const id = randomUUID();
    await appendToOrder(service.store, id, [orderEvents(id, 'C1').paymentRejected]);

    expect(await service.get(`/v1/orders/${id}/history`)).toMatchObject({ status: 404 });
    expect(await service.get(`/v1/orders/${id}/state`)).toMatchObject({ status: 404 });
  });
});
