import { parseCustomerId } from '@tidemark/customers';
import { money } from '@tidemark/kernel/money';
import { orderNumberOf, parseOrderId, type OrderState } from '@tidemark/ordering';
import { parsePaymentId, type PaymentId } from '../payment-id';
import type { PaymentEvent } from './events';

export const orderId = parseOrderId('0192f0c1-2345-7abc-8def-0123456789ab')!;
export const customerId = parseCustomerId('C1')!;
export const first = parsePaymentId('0192f0c1-0000-7000-8000-000000000001')!;
export const second = parsePaymentId('0192f0c1-0000-7000-8000-000000000002')!;
export const method = { type: 'card' as const, token: 'tok_ok' };
export const noon = new Date('2026-01-01T12:00:00.000Z');
export const quarterPast = new Date('2026-01-01T12:15:00.000Z');
export const amount = money(678, 'GBP');

const address = { name: 'Ada', line1: '1 Main St', city: 'London', postalCode: 'N1 9GU', country: 'GB' };

/** A pending order of 678 pence. Its lines do not matter to a payment. */
export const pendingOrder: OrderState = {
  status: 'PENDING',
  orderId,
  orderNumber: orderNumberOf(orderId),
  customerId,
  customer: { id: customerId, name: 'Ada', email: 'ada@example.org' },
  lines: [],
  total: amount,
  shippingAddress: address,
  billingAddress: address,
  changes: 0,
};

const keys = (paymentId: PaymentId) => ({ paymentId, orderId, customerId });

export function requested(paymentId: PaymentId, expiresAt = quarterPast): PaymentEvent {
  return {
    type: 'PaymentRequested',
    data: { ...keys(paymentId), amount, method, expiresAt: expiresAt.toISOString() },
  };
}

export function captured(paymentId: PaymentId): PaymentEvent {
  return { type: 'PaymentCaptured', data: { ...keys(paymentId), amount, transactionId: 'tx-1' } };
}

export function declined(paymentId: PaymentId): PaymentEvent {
  return {
    type: 'PaymentFailed',
    data: { ...keys(paymentId), cause: 'DECLINED', reason: 'card_declined' },
  };
}

export function expired(paymentId: PaymentId): PaymentEvent {
  return {
    type: 'PaymentFailed',
    data: { ...keys(paymentId), cause: 'EXPIRED', reason: 'payment_expired' },
  };
}

export function refunded(
  paymentId: PaymentId,
  part = amount,
  totalRefunded = part,
  refundId = 'refund-1',
): PaymentEvent {
  return {
    type: 'PaymentRefunded',
    data: { ...keys(paymentId), amount: part, totalRefunded, refundId, reason: 'order_cancelled' },
  };
}
