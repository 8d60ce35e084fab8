import { money } from '@tidemark/kernel/money';
import { given } from '@tidemark/kernel/testing';
import type { OrderEvent } from './events';
import { order } from './order';
import {
  cancelled,
  customerId,
  delivered,
  orderId,
  paid,
  paymentId,
  pending,
  shipped,
} from './order.fixture';
import { payOrder, type PayOrder } from './pay-order';

const command: PayOrder = { orderId, customerId, paymentId, amount: money(678, 'GBP') };
const other: PayOrder = { ...command, paymentId: '0192f0c1-0000-7000-8000-00000000000b' };

function rejected(
  { paymentId, amount }: PayOrder,
  reason: 'not_found' | 'order_not_pending' | 'amount_mismatch',
): OrderEvent {
  return { type: 'OrderPaymentRejected', data: { orderId, customerId, paymentId, amount, reason } };
}

test('a pending order is paid by its exact total', () => {
  given(order, ...pending)
    .when((state) => payOrder(command, state))
    .then(paid[1]!);
});

test.each([money(677, 'GBP'), money(679, 'GBP'), money(678, 'EUR')])('%j is not the total', (amount) => {
  given(order, ...pending)
    .when((state) => payOrder({ ...command, amount }, state))
    .then(rejected({ ...command, amount }, 'amount_mismatch'));
});

test.each([
  ['paid', paid],
  ['shipped', shipped],
  ['delivered', delivered],
  ['cancelled', cancelled],
])('a second payment is rejected: %s', (_, history) => {
  given(order, ...history)
    .when((state) => payOrder(other, state))
    .then(rejected(other, 'order_not_pending'));
});

test.each([
  ['paid', paid],
  ['shipped', shipped],
  ['delivered', delivered],
])('a repeat of the same payment changes nothing: %s', (_, history) => {
  given(order, ...history)
    .when((state) => payOrder(command, state))
    .thenNothing();
});

test('money for an order that does not exist is rejected', () => {
  given(order)
    .when((state) => payOrder(command, state))
    .then(rejected(command, 'not_found'));
});

test('a rejected payment leaves the order pending', () => {
  given(order, ...pending, rejected(other, 'amount_mismatch'))
    .when((state) => payOrder(command, state))
    .then(paid[1]!);
});
