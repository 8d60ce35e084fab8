import { commandOf } from '@tidemark/contracts';
import { randomUUID } from 'node:crypto';
import { eventually, testServer } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { processesOf } from '../testing/processes.fixture';
import { address, price, shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;
let answerTo: ReturnType<typeof processesOf>['answerTo'];
let payFor: ReturnType<typeof processesOf>['payFor'];
let customerId: string;
let productId: string;

beforeAll(async () => {
  service = await startCommandService({ PAYMENT_EXPIRY_MS: '60000' });
  shop = shopOf(service);
  ({ answerTo, payFor } = processesOf(service));
  [customerId, productId] = await Promise.all([shop.customer(), shop.product(1_000)]);
});
afterAll(() => service.stop());

describe('a payment', () => {
  it('is requested, and a second request is refused while the payment is open', async () => {
    const orderId = await shop.order(customerId, productId);
    const request = {
      customer: customerId,
      key: randomUUID(),
      body: { method: { type: 'card', token: 'tok_ok' } },
    };
    const path = `/v1/orders/${orderId}/payment`;
    const first = await service.request('POST', path, request);
    expect(first).toMatchObject({ status: 202, body: { version: 1 }, headers: { etag: '"1"' } });
    const events = await service.events(`Payment-${orderId}`);
    expect(events).toMatchObject([
      {
        type: 'PaymentRequested',
        data: {
          paymentId: first.body.id,
          orderId,
          customerId,
          amount: price(2_598),
          method: request.body.method,
        },
      },
    ]);
    const { data, timestamp } = events[0]! as { data: { expiresAt: string }; timestamp: string };
    const openForMs = Date.parse(data.expiresAt) - Date.parse(timestamp);
    expect(openForMs).toBeGreaterThan(50_000);
    expect(openForMs).toBeLessThan(61_000);
    expect(await service.request('POST', path, request)).toMatchObject({ status: 202, body: first.body });
    const before = await service.eventCount();
    expect(await service.request('POST', path, { ...request, key: randomUUID() })).toMatchObject({
      status: 409,
      body: { code: 'payment_in_progress' },
    });
    expect(await service.eventCount()).toBe(before);
  });

  it('is refused unless the order is at the version that the caller pinned', async () => {
    const orderId = await shop.order(customerId, productId);
    await service.request('PUT', `/v1/orders/${orderId}/shipping-address`, {
      body: { ...address, city: 'York' },
    });
    const pay = (version: number) =>
      service.request('POST', `/v1/orders/${orderId}/payment`, {
        headers: { 'if-match': `"${version}"` },
        body: { method: { type: 'card', token: 'tok_ok' } },
      });
    expect(await pay(1)).toMatchObject({ status: 412, body: { code: 'version_mismatch' } });
    expect(await service.events(`Payment-${orderId}`)).toEqual([]);
    expect(await pay(2)).toMatchObject({ status: 202, body: { version: 1 } });
  });

  it.each([
    ['another kind of method', { method: { type: 'cash', token: 'tok_ok' } }],
    ['no token', { method: { type: 'card' } }],
    ['no method', {}],
  ])('is not requested with %s', async (_, body) => {
    const orderId = await shop.order(customerId, productId);
    const answer = await service.request('POST', `/v1/orders/${orderId}/payment`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(await service.events(`Payment-${orderId}`)).toEqual([]);
  });

  it('is captured or declined, depending on the card', async () => {
    for (const [token, type, data] of [
      ['tok_ok', 'PaymentCaptured', { amount: price(2_598), transactionId: expect.any(String) as string }],
      ['tok_declined', 'PaymentFailed', { cause: 'DECLINED', reason: 'card_declined' }],
    ] as const) {
      const orderId = await shop.order(customerId, productId);
      const paymentId = await shop.payment(orderId, token);
      const answer = await answerTo('CapturePayment', { orderId, paymentId });
      expect(answer).toMatchObject({ type, data, metadata: { actor: 'process:test' } });
    }
  });

  it.each(['tok_timeout_once', 'tok_charged_then_timeout'])(
    'with %s is charged once in the end',
    async (token) => {
      const orderId = await shop.order(customerId, productId);
      const paymentId = await shop.payment(orderId, token);
      const answer = await answerTo('CapturePayment', { orderId, paymentId });
      expect(answer.type).toBe('PaymentCaptured');
      const { rows } = await service.pool.query<{ transaction_id: string }>(
        'SELECT transaction_id FROM payment_provider.charges WHERE idempotency_key LIKE $1',
        [`%${paymentId}%`],
      );
      expect(rows).toEqual([{ transaction_id: (answer.data as { transactionId: string }).transactionId }]);
    },
  );

  it('is refunded once, however often the command is sent', async () => {
    const orderId = await shop.order(customerId, productId);
    const paymentId = await shop.payment(orderId);
    await answerTo('CapturePayment', { orderId, paymentId });
    const refund = { orderId, paymentId, reason: 'insufficient_stock' };
    const data = { ...refund, amount: price(1_000) };
    const command = { commandId: randomUUID(), ...commandOf('RefundPayment', data) };
    for (let times = 0; times < 3; times += 1) {
      await service.send(command);
    }
    // Commands for one stream are handled in order, so its answer shows that the repeats were handled.
    const rest = { ...refund, amount: price(1_598) };
    await answerTo('RefundPayment', rest);
    expect(await service.events(`Payment-${orderId}`)).toMatchObject([
      { type: 'PaymentRequested' },
      { type: 'PaymentCaptured' },
      { type: 'PaymentRefunded', causationId: command.commandId, data: { totalRefunded: price(1_000) } },
      { type: 'PaymentRefunded', data: { totalRefunded: price(2_598) } },
    ]);
  });
});

describe('an order', () => {
  it('is paid, reserved, shipped and delivered', async () => {
    const orderId = await shop.order(customerId, productId);
    const { paymentId, paid } = await payFor(orderId);
    expect(paid).toMatchObject({ type: 'OrderPaid', data: { paymentId, amount: price(2_598) } });
    const stock = { productId, orderId };
    expect(await answerTo('ReserveInventory', { ...stock, quantity: 2 })).toMatchObject({
      type: 'InventoryReserved',
      data: { quantity: 2 },
    });
    expect(await answerTo('CreateShipment', { orderId, customerId })).toMatchObject({
      type: 'ShipmentCreated',
      data: {
        shipmentId: orderId,
        lines: [{ productId, productName: 'Lamp', quantity: 2 }],
        shippingAddress: address,
      },
    });

    const path = `/v1/shipments/${orderId}`;
    expect(await service.request('POST', `${path}/deliver`, { role: 'operator' })).toMatchObject({
      status: 409,
      body: { code: 'shipment_not_dispatched' },
    });
    const dispatch = { role: 'operator' as const, body: { carrier: 'Post', trackingNumber: 'T1' } };
    expect(await service.request('POST', `${path}/dispatch`, dispatch)).toMatchObject({
      status: 200,
      body: { id: orderId, version: 2 },
    });
    expect(await service.request('POST', `${path}/dispatch`, dispatch)).toMatchObject({
      status: 409,
      body: { code: 'shipment_not_ready' },
    });
    expect(await answerTo('ShipReservedInventory', stock)).toMatchObject({
      type: 'ReservedInventoryShipped',
    });
    const shipped = { orderId, shipmentId: orderId };
    expect(await answerTo('MarkOrderShipped', shipped)).toMatchObject({
      type: 'OrderShipped',
    });
    expect(await service.request('POST', `${path}/deliver`, { role: 'operator' })).toMatchObject({
      status: 200,
      body: { id: orderId, version: 3 },
    });
    expect(await answerTo('MarkOrderDelivered', { orderId })).toMatchObject({
      type: 'OrderDelivered',
    });
    expect(
      await service.request('POST', `/v1/orders/${orderId}/cancel`, { body: { reason: 'late' } }),
    ).toMatchObject({
      status: 409,
      body: { code: 'order_already_shipped' },
    });
  });

  it('that is paid records the request to cancel, and leaves the decision to the fulfilment', async () => {
    const orderId = await shop.order(customerId, productId);
    await payFor(orderId);
    const cancel = () =>
      service.request('POST', `/v1/orders/${orderId}/cancel`, {
        customer: customerId,
        body: { reason: 'no more' },
      });
    expect(await cancel()).toMatchObject({ status: 202, body: { id: orderId, version: 3 } });
    expect(await answerTo('CancelShipment', { orderId, reason: 'no more' })).toMatchObject({
      type: 'ShipmentCancelled',
      data: { customerId },
    });
    expect(await answerTo('ReleaseInventory', { productId, orderId })).toMatchObject({
      type: 'InventoryReleased',
      data: { quantity: 0 },
    });
    expect(await answerTo('CancelOrder', { orderId, reason: 'no more' })).toMatchObject({
      type: 'OrderCancelled',
      data: { previousStatus: 'PAID' },
    });
  });

  it('rejects every cancellation request once its goods have left', async () => {
    const orderId = await shop.order(customerId, productId);
    await payFor(orderId);
    const cancel = (key: string, reason = 'no more') =>
      service.request('POST', `/v1/orders/${orderId}/cancel`, { key, body: { reason } });
    const keys = [randomUUID(), randomUUID()] as const;
    const first = [await cancel(keys[0]), await cancel(keys[1])];
    expect(first).toMatchObject([
      { status: 202, body: { version: 3 } },
      { status: 202, body: { version: 4 } },
    ]);
    const reject = () => answerTo('RejectCancellation', { orderId, reason: 'dispatched' });
    const rejected = { type: 'OrderCancellationRejected' };
    expect([await reject(), await reject()]).toMatchObject([rejected, rejected]);
    expect([await cancel(keys[0]), await cancel(keys[1])]).toMatchObject(
      first.map(({ status, body }) => ({ status, body: body as object })),
    );
    expect(await cancel(keys[1], 'another')).toMatchObject({ body: { code: 'idempotency_key_reused' } });
    expect(await cancel(randomUUID())).toMatchObject({ body: { code: 'order_already_shipped' } });
  });

  it('rejects a payment of the wrong amount', async () => {
    const orderId = await shop.order(customerId, productId);
    const { paid } = await payFor(orderId, price(1));
    expect(paid).toMatchObject({ type: 'OrderPaymentRejected', data: { reason: 'amount_mismatch' } });
  });

  it('gets no shipment before it is paid, and none for another customer', async () => {
    const [pending, paid] = [
      await shop.order(customerId, productId),
      await shop.order(customerId, productId),
    ];
    await payFor(paid);
    for (const data of [
      { orderId: pending, customerId },
      { orderId: paid, customerId: await shop.customer() },
    ]) {
      const commandId = await service.send(commandOf('CreateShipment', data));
      const letter = await eventually(async () => (await service.takeDeadLetter()) ?? false);
      expect(letter).toMatchObject({ command: { commandId }, reasonCode: 'command_refused' });
      expect(await service.events(`Shipment-${data.orderId}`)).toEqual([]);
    }
  });

  it('gets a failed reservation when the stock is too low', async () => {
    const scarce = await shop.product(1);
    const data = { productId: scarce, orderId: randomUUID(), quantity: 2 };
    expect(await answerTo('ReserveInventory', data)).toMatchObject({
      type: 'InventoryReservationFailed',
      data: { reason: 'insufficient_stock' },
    });
  });

  it('never reserves more than the stock, however many orders ask at once', async () => {
    const scarce = await shop.product(10);
    const orders = Array.from({ length: 8 }, () => randomUUID());
    const answers = await Promise.all(
      orders.map((orderId) => answerTo('ReserveInventory', { productId: scarce, orderId, quantity: 3 })),
    );
    expect(answers.filter(({ type }) => type === 'InventoryReserved')).toHaveLength(3);
    expect((await service.events(`StockItem-${scarce}`)).at(-1)).toMatchObject({
      data: { onHand: 10, reserved: 9 },
    });
  });
});

describe.each(['rabbitmq', 'postgres'])("a command by %s that can't be handled", (COMMANDS) => {
  let service: TestCommandService;
  beforeAll(async () => {
    if (COMMANDS === 'rabbitmq') {
      testServer('rabbitmq');
    }
    service = await startCommandService({ COMMANDS });
  });
  afterAll(() => service.stop());

  it.each([
    [
      'an order that does not exist',
      'Order',
      'CancelOrder',
      { orderId: randomUUID(), reason: 'x' },
      { reasonCode: 'command_refused', attempts: 5 },
    ],
    [
      'malformed data',
      'Order',
      'PayOrder',
      { orderId: 'order-1' },
      { reasonCode: 'malformed_message', attempts: 1 },
    ],
    ['no data', 'Payment', 'CapturePayment', null, { reasonCode: 'malformed_message', attempts: 1 }],
    ['an unknown command', 'Order', 'DestroyOrder', {}, { reasonCode: 'unknown_pattern', attempts: 1 }],
  ])('becomes a dead letter with the reason, and leaves nothing in the log: %s', async (...story) => {
    const [, streamType, type, data, why] = story;
    const before = await service.eventCount();
    const commandId = await service.send({ streamType, type, data });
    const letter = await eventually(async () => (await service.takeDeadLetter()) ?? false);
    expect(letter).toMatchObject({ command: { commandId }, ...why });
    expect(await service.eventCount()).toBe(before);
  });
});
