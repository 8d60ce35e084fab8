import { money } from '@tidemark/kernel/money';
import { given } from '@tidemark/kernel/testing';
import { createOrder, refuseNewOrder, type CreateOrder } from './create-order';
import { order } from './order';
import { ada, created, delivered, line, london, orderId, paris, pending, requested } from './order.fixture';

const command: CreateOrder = {
  orderId,
  customer: ada,
  lines: [requested('A'), requested('B', { quantity: 1 })],
  shippingAddress: london,
};

test('an order is created with its price snapshot, its total and its number', () => {
  given(order)
    .when((state) => createOrder(command, state))
    .then({
      type: 'OrderCreated',
      data: {
        orderId,
        customerId: ada.id,
        orderNumber: 'TM-R14D2-PF2DB',
        customer: ada,
        lines: [line('A'), line('B', 1)],
        total: money(1017, 'GBP'),
        shippingAddress: london,
        billingAddress: london,
      },
    });
});

test('an order keeps a given billing address and shipping method', () => {
  const decision = createOrder(
    { ...command, billingAddress: paris, shippingMethod: 'express' },
    order.initial,
  );
  expect(decision).toMatchObject({
    events: [{ data: { shippingAddress: london, billingAddress: paris, shippingMethod: 'express' } }],
  });
});

test.each([
  ['pending', pending],
  ['delivered', delivered],
])('an order id can be used only once: %s', (_, history) => {
  given(order, ...history)
    .when((state) => createOrder(command, state))
    .thenRefused('order_exists');
});

test.each<[string, Partial<CreateOrder>]>([
  ['unknown_customer', { customer: undefined }],
  ['order_needs_an_item', { lines: [] }],
  ['order_item_limit', { lines: [...'ABCDEFGHIJK'].map((sku) => requested(sku)) }],
  ['duplicate_product', { lines: [requested('A'), requested('A')] }],
  ['unknown_product', { lines: [requested('A'), requested('B', { product: undefined })] }],
  ['mixed_currency', { lines: [requested('A'), requested('B', { agreedUnitPrice: money(1, 'EUR') })] }],
  ['insufficient_stock', { lines: [requested('A', { available: 1 })] }],
])('%s', (code, changes) => {
  given(order)
    .when((state) => createOrder({ ...command, ...changes }, state))
    .thenRefused(code);
});

test("rules about the order's own content come before rules about looked-up facts", () => {
  const unknown = requested('A', { product: undefined });
  for (const [code, lines] of [
    ['order_item_limit', [unknown, ...[...'BCDEFGHIJK'].map((sku) => requested(sku))]],
    ['duplicate_product', [unknown, requested('B'), requested('B')]],
  ] as const) {
    given(order)
      .when((state) => createOrder({ ...command, customer: undefined, lines }, state))
      .thenRefused(code);
    const productIds = lines.map(({ productId }) => productId);
    expect(refuseNewOrder({ orderId, productIds }, order.initial)).toMatchObject({ refusal: { code } });
  }
  expect(refuseNewOrder({ orderId, productIds: [unknown.productId] }, order.initial)).toBeUndefined();
});

test('an order may have ten lines', () => {
  const lines = [...'ABCDEFGHIJ'];
  const decision = createOrder({ ...command, lines: lines.map((sku) => requested(sku)) }, order.initial);
  expect(decision).toMatchObject({
    events: [{ data: { total: money(6780, 'GBP'), lines: { length: 10 } } }],
  });
});

test('the state equals the created order', () => {
  const event = created(line('A'));
  expect(order.evolve(order.initial, event)).toStrictEqual({
    status: 'PENDING',
    ...(event.data as object),
    changes: 0,
  });
});
