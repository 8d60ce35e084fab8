import { parseProductId } from '@tidemark/catalogue';
import { money } from '@tidemark/kernel/money';
import { given } from '@tidemark/kernel/testing';
import { addItemToOrder } from './add-item-to-order';
import { changeShippingAddress } from './change-shipping-address';
import { order } from './order';
import {
  cancelled,
  created,
  customerId,
  delivered,
  line,
  orderId,
  paid,
  paris,
  pending,
  requested,
  shipped,
} from './order.fixture';
import { removeItemFromOrder } from './remove-item-from-order';

const productId = parseProductId('A')!;
const twoLines = created(line('A'), line('B', 1));

describe('AddItemToOrder', () => {
  test('adds the line with its price snapshot, and records the new total', () => {
    given(order, ...pending)
      .when((state) => addItemToOrder({ orderId, line: requested('B', { quantity: 1 }) }, state))
      .then({
        type: 'ItemAddedToOrder',
        data: { orderId, customerId, line: line('B', 1), total: money(1017, 'GBP') },
      });
  });

  test('keeps the rules of a line', () => {
    given(order, ...pending)
      .when((state) => addItemToOrder({ orderId, line: requested('A') }, state))
      .thenRefused('duplicate_product');
  });
});

describe('RemoveItemFromOrder', () => {
  test('removes the line, and records the new total', () => {
    given(order, twoLines)
      .when((state) => removeItemFromOrder({ orderId, productId }, state))
      .then({
        type: 'ItemRemovedFromOrder',
        data: { orderId, customerId, productId, total: money(339, 'GBP') },
      });
  });

  test('a product may be added again once it was removed', () => {
    given(order, twoLines, {
      type: 'ItemRemovedFromOrder',
      data: { orderId, customerId, productId, total: money(339, 'GBP') },
    })
      .when((state) => addItemToOrder({ orderId, line: requested('A', { quantity: 1 }) }, state))
      .then({
        type: 'ItemAddedToOrder',
        data: { orderId, customerId, line: line('A', 1), total: money(678, 'GBP') },
      });
  });

  test('needs a line of that product', () => {
    given(order, twoLines)
      .when((state) => removeItemFromOrder({ orderId, productId: parseProductId('C')! }, state))
      .thenRefused('item_not_found');
  });

  test("can't remove the last line", () => {
    given(order, ...pending)
      .when((state) => removeItemFromOrder({ orderId, productId }, state))
      .thenRefused('order_needs_an_item');
  });
});

test('ChangeShippingAddress changes the shipping address, not the billing address', () => {
  given(order, ...pending)
    .when((state) => changeShippingAddress({ orderId, shippingAddress: paris }, state))
    .then({ type: 'ShippingAddressChanged', data: { orderId, customerId, shippingAddress: paris } });
  const state = [
    ...pending,
    { type: 'ShippingAddressChanged', data: { orderId, customerId, shippingAddress: paris } } as const,
  ].reduce(order.evolve, order.initial);
  expect(state).toMatchObject({ shippingAddress: paris, billingAddress: { city: 'London' } });
});

describe.each([
  ['AddItemToOrder', addItemToOrder.bind(undefined, { orderId, line: requested('B') })],
  ['RemoveItemFromOrder', removeItemFromOrder.bind(undefined, { orderId, productId })],
  ['ChangeShippingAddress', changeShippingAddress.bind(undefined, { orderId, shippingAddress: paris })],
])('%s', (_, decide) => {
  test.each([
    ['paid', paid],
    ['shipped', shipped],
    ['delivered', delivered],
    ['cancelled', cancelled],
  ])('is refused once the order is %s', (_status, history) => {
    given(order, ...history)
      .when(decide)
      .thenRefused('order_not_pending');
  });

  test('needs an order', () => {
    given(order).when(decide).thenRefused('not_found');
  });
});
