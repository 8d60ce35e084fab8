import { order } from '@tidemark/ordering';
import type { Caller } from '@tidemark/platform';
import { randomUUID } from 'node:crypto';
import { statesOf } from '../../event-log/states-of';
import { appendToOrder, fulfilmentEvents, orderEvents } from '../../testing/orders.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';
import { GetOrderHistoryHandler } from './get-order-history.handler';
import { GetOrderHistoryQuery } from './get-order-history.query';

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

  it('answers every change of status with its time, event and actor', async () => {
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

  it('answers every event of the order, its payments and its shipment with events=all', async () => {
    const id = randomUUID();
    const { created, readdressed, paid, cancellationRequested } = orderEvents(id, 'C1');
    const { paymentRequested, shipmentDelivered } = fulfilmentEvents(id, 'C1');
    await appendToOrder(service.store, id, [created, readdressed], { actor: 'ada' });
    await appendToOrder(service.store, id, [paymentRequested], { actor: 'ada', streamType: 'Payment' });
    await appendToOrder(service.store, id, [paid], { actor: 'process:order-fulfilment' });
    await appendToOrder(service.store, id, [cancellationRequested], { actor: 'olga@warehouse' });

    const all = `/v1/orders/${id}/history?events=all`;
    const { headers, body } = await service.get(all, { role: 'customer', customer: 'C1', subject: 'ada' });
    const entries = (body as Record<string, unknown>[]).map(({ status, version, eventType, actor }) => {
      return [status, version, eventType, actor].join(' ');
    });
    expect(entries).toEqual([
      'PENDING 1 OrderCreated ada',
      'PENDING 2 ShippingAddressChanged ada',
      'PENDING 2 PaymentRequested ada',
      'PAID 3 OrderPaid process:order-fulfilment',
      'PAID 4 OrderCancellationRequested staff',
    ]);
    expect(headers['etag']).toBe('"4"');

    const known = { headers: { 'if-none-match': '"4"' } };
    expect(await service.get(all, known)).toMatchObject({ status: 304 });
    await appendToOrder(service.store, id, [shipmentDelivered], { streamType: 'Shipment' });
    const changed = await service.get(all, known);
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"4"' } });
    expect(changed.body.at(-1)).toMatchObject({ eventType: 'ShipmentDelivered', version: 4, actor: 'web' });
    expect(await service.get(`/v1/orders/${id}/history?events=some`)).toMatchObject({ status: 400 });
  });

  it('shows other subjects to a customer as staff', async () => {
    const { body } = await service.get(`/v1/orders/${orderId}/history`, { role: 'customer', customer: 'C1' });
    const actors = (body as { actor: string }[]).map(({ actor }) => actor);
    expect(actors).toEqual(['staff', 'process:order-fulfilment', 'staff']);
  });

  describe('of an order with the highest possible number of events', () => {
    const [id, yardstick] = [randomUUID(), randomUUID()];
    const many = <Event>(times: number, event: Event) => Array<Event>(times).fill(event);

    // 500 changes, one more request to cancel, an answer to each request, and ten payment attempts, each refunded at
    // the fifth attempt.
    beforeAll(async () => {
      const { created, readdressed, paid, cancellationRequested, shipped } = orderEvents(id, 'C1');
      const { paymentRequested, paymentFailed, shipmentDelivered } = fulfilmentEvents(id, 'C1');
      await appendToOrder(service.store, id, [created, paid, ...many(501, cancellationRequested)]);
      await appendToOrder(service.store, id, [shipped, ...many(511, readdressed)]);
      await appendToOrder(
        service.store,
        id,
        many(10, [paymentRequested, ...many(7, paymentFailed)]).flat() as never,
        {
          streamType: 'Payment',
        },
      );
      await appendToOrder(service.store, id, many(5, shipmentDelivered) as never, { streamType: 'Shipment' });
      const { created: first, readdressed: next } = orderEvents(yardstick, 'C1');
      await appendToOrder(service.store, yardstick, [first, ...many(407, next)]);
    });

    async function processorMs(work: () => Promise<unknown>): Promise<number> {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }

    it('has all of them in one answer', async () => {
      const { body } = await service.get(`/v1/orders/${id}/history?events=all`);
      expect(body).toHaveLength(1_100);
    });

    // The bound corresponds to 5 ms: when /history still folded events, 4,000 events took 49 ms, and so 408 events took
    // 5 ms. So the speed and load of the machine do not matter.
    it.each(['status', 'all'] as const)(
      'takes less processor time than a fold of 408 events: %s',
      async (events) => {
        const history = new GetOrderHistoryHandler(service.store);
        const caller: Caller = { subject: 'ada', roles: ['customer'], customerId: 'C1' };
        const fold = async () => {
          let version = 0;
          for await (const { event } of statesOf(service.store, order, yardstick)) {
            version = event.version;
          }
          expect(version).toBe(408);
        };
        const costs: number[] = [];
        const bounds: number[] = [];
        for (let round = 0; round < 40; round += 1) {
          costs.push(
            await processorMs(async () => {
              JSON.stringify(await history.execute(new GetOrderHistoryQuery(caller, id, events)));
            }),
          );
          bounds.push(await processorMs(fold));
        }
        expect(Math.min(...costs)).toBeLessThan(Math.min(...bounds));
      },
    );
  });

  it('shows a customer its own orders, and answers 404 for any other order', async () => {
    const statusFor = async (customer: string, id: string) =>
      (await service.get(`/v1/orders/${id}/history`, { role: 'customer', customer })).status;

    expect(await statusFor('C1', orderId)).toBe(200);
    expect(await statusFor('C2', orderId)).toBe(404);
    expect(await statusFor('C1', randomUUID())).toBe(404);
  });

  it('answers 404 for an order that was never created, even if a payment for it was rejected', async () => {
    const id = randomUUID();
    await appendToOrder(service.store, id, [orderEvents(id, 'C1').paymentRejected]);

    expect(await service.get(`/v1/orders/${id}/history`)).toMatchObject({ status: 404 });
    expect(await service.get(`/v1/orders/${id}/state`)).toMatchObject({ status: 404 });
  });
});
