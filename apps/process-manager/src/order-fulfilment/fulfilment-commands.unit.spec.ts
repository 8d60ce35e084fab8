import { ask } from './fulfilment-commands';

const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
const paymentId = '11111111-1111-4111-8111-111111111111';
const amount = { amount: 2_598, currency: 'GBP' };
const refund = { orderId, paymentId, amount, reason: 'insufficient_stock' };

test('a command has the name, stream type and data of its contract, and its step', () => {
  expect(ask('RefundPayment', refund, 2)).toEqual({
    step: `refund_payment:${paymentId}:2`,
    streamType: 'Payment',
    type: 'RefundPayment',
    data: refund,
  });
});

// The histories prove every step. A changed step would let a running fulfilment carry out a command twice.
test('a command that does not fit its contract does not compile', () => {
  // @ts-expect-error the field is called `paymentId`
  expect(ask('CapturePayment', { orderId, payment: paymentId })).toMatchObject({ streamType: 'Payment' });
  // @ts-expect-error the attempt is missing, which tells two refunds apart
  expect(ask('RefundPayment', refund).step).toContain('undefined');
  // @ts-expect-error `MarkOrderShipped` takes no such argument
  expect(ask('MarkOrderDelivered', { orderId }, 'again').step).toBe('mark_order_delivered');
});
