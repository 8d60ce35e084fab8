import { randomUUID } from 'node:crypto';
import { address, orderDetailsDocument } from '../../testing/documents.fixture';
import {
  startQueryService,
  type TestQueryService,
  type TestRequest,
} from '../../testing/query-service.fixture';

describe('GET /v1/orders/{id}', () => {
  let service: TestQueryService;
  const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
  const paymentId = randomUUID();
  const shipmentId = randomUUID();

  beforeAll(async () => {
    service = await startQueryService();
    await service.readModel('order_details').put(
      ...[
        orderDetailsDocument({
          _id: orderId,
          status: 'SHIPPED',
          version: 4,
          customer: { id: 'C1', name: 'Ada', email: 'ada@example.com', phone: '+4930123456' },
          payment: { id: paymentId, method: 'card', status: 'CAPTURED', transactionId: 't-1' },
          shipping: { shipmentId, method: 'express', carrier: 'DHL', trackingNumber: '00340' },
          cancellation: { status: 'REJECTED', reason: 'too late' },
        }),
        orderDetailsDocument({ _id: '00000000-0000-4000-8000-000000000001' }),
      ],
    );
  });
  afterAll(() => service.stop());

  it('answers the published fields only, with the version as ETag', async () => {
    const { status, headers, body } = await service.get(`/v1/orders/${orderId}`);

    expect(status).toBe(200);
    expect(headers['etag']).toBe('"4"');
    expect(body).toEqual({
      id: orderId,
      orderNumber: 'TM-00000-00001',
      status: 'SHIPPED',
      version: 4,
      customer: { id: 'C1', name: 'Ada', email: 'ada@example.com', phone: '+4930123456' },
      items: [
        {
          productId: '85123A',
          productName: 'White hanging heart',
          quantity: 2,
          unitPrice: { amount: 1_299, currency: 'GBP' },
          totalPrice: { amount: 2_598, currency: 'GBP' },
        },
      ],
      shippingAddress: address,
      billingAddress: address,
      payment: { id: paymentId, method: 'card', status: 'CAPTURED', transactionId: 't-1' },
      shipping: { shipmentId, method: 'express', carrier: 'DHL', trackingNumber: '00340' },
      cancellation: { status: 'REJECTED', reason: 'too late' },
      timeline: [
        {
          event: 'OrderCreated',
          timestamp: '2010-12-01T08:26:00.000Z',
          description: 'The order was placed.',
          actor: 'web',
        },
      ],
      timelineTotal: 1,
      totalAmount: { amount: 2_598, currency: 'GBP' },
      createdAt: '2010-12-01T08:26:00.000Z',
      updatedAt: '2010-12-01T08:26:00.000Z',
    });
  });

  it('leaves out missing fields instead of sending null', async () => {
    const { body } = await service.get('/v1/orders/00000000-0000-4000-8000-000000000001');

    expect(JSON.stringify(body)).not.toContain('null');
    expect(body).toMatchObject({ shipping: {} });
    expect(body).not.toHaveProperty('payment');
    expect(body).not.toHaveProperty('cancellation');
  });

  it('shows a customer every actor as staff, except itself and processes', async () => {
    const _id = randomUUID();
    const [entry] = orderDetailsDocument().timeline;
    const actors = ['ada', 'olga@warehouse', 'process:order-fulfilment'];
    const timeline = actors.map((actor) => ({ ...entry!, actor }));
    await service.readModel('order_details').put(orderDetailsDocument({ _id, timeline, timelineTotal: 203 }));
    const shown = async (request: TestRequest) => {
      const { body } = await service.get(`/v1/orders/${_id}`, request);
      return [body.timelineTotal, ...body.timeline.map(({ actor }: { actor: string }) => actor)];
    };

    expect(await shown({ role: 'customer', customer: 'C1', subject: 'ada' })).toEqual([
      203,
      ...['ada', 'staff', 'process:order-fulfilment'],
    ]);
    expect(await shown({ role: 'operator' })).toEqual([203, ...actors]);
  });

  it('accepts the id in upper and lower case', async () => {
    expect(await service.get(`/v1/orders/${orderId.toUpperCase()}`)).toMatchObject({ body: { id: orderId } });
  });

  it("shows a customer its own order, and gives the same answer for another customer's order and an unknown id", async () => {
    const own = await service.get(`/v1/orders/${orderId}`, { role: 'customer', customer: 'C1' });
    expect(own.status).toBe(200);

    const foreign = await service.get(`/v1/orders/${orderId}`, { role: 'customer', customer: 'C2' });
    const unknown = await service.get(`/v1/orders/${randomUUID()}`, { role: 'customer', customer: 'C2' });
    const nobody = await service.get(`/v1/orders/${orderId}`, { role: 'customer' });
    const notFound = { ...unknown.body, correlationId: expect.any(String) };
    expect(notFound).toMatchObject({ status: 404, code: 'not_found' });
    expect(foreign.body).toEqual(notFound);
    expect(nobody.body).toEqual(notFound);
    expect(foreign.headers['etag']).toBeUndefined();
  });

  it('gives each of many simultaneous callers the answer that its own role allows', async () => {
    const callers = [{ customer: 'C1' }, { customer: 'C2' }, {}, { customer: 'C1' }].map((claims) =>
      service.get(`/v1/orders/${orderId}`, { role: 'customer', ...claims }),
    );
    const answers = await Promise.all([...callers, service.get(`/v1/orders/${orderId}`)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 200, 200]);
  });

  it.each(['x', '[$ne]', '{"$ne":1}', `${orderId}0`])('refuses %p as an id with 400', async (id) => {
    const answer = await service.get(`/v1/orders/${encodeURIComponent(id)}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('refuses a query parameter with 400', async () => {
    const answer = await service.get(`/v1/orders/${orderId}?expand=items`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'unknown_field' } });
  });
});
