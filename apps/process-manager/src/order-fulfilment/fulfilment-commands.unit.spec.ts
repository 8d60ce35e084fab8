import { commandNames } from '@tidemark/contracts';
import { ask } from './fulfilment-commands';

const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
const paymentId = '11111111-1111-4111-8111-111111111111';
const payment = { orderId, paymentId };
const amount = { amount: 2_598, currency: 'GBP' };
const refund = { ...payment, amount, reason: 'insufficient_stock' };
const reservation = { productId: 'P1', orderId };

/** Running fulfilments have sent commands with these steps. A changed step would let a command be carried out twice. */
const asked = [
  [ask('CapturePayment', payment), `capture_payment:${paymentId}`],
  [ask('RefundPayment', refund, 2), `refund_payment:${paymentId}:2`],
  [ask('PayOrder', { ...payment, amount }), `pay_order:${paymentId}`],
  [ask('CancelOrder', { orderId, reason: 'no more' }), 'cancel_order'],
  [ask('MarkOrderShipped', { orderId, shipmentId: orderId }), 'mark_order_shipped'],
  [ask('MarkOrderDelivered', { orderId }), 'mark_order_delivered'],
  [ask('RejectCancellation', { orderId, reason: 'no more' }, 'event-1'), 'reject_cancellation:event-1'],
  [ask('ReserveInventory', { ...reservation, quantity: 2 }), 'reserve_inventory:P1'],
  [ask('ReleaseInventory', reservation), 'release_inventory:P1'],
  [ask('ShipReservedInventory', reservation), 'ship_inventory:P1'],
  [ask('CreateShipment', { orderId, customerId: 'C1' }), 'create_shipment'],
  [ask('CancelShipment', { orderId, reason: 'no more' }), 'cancel_shipment'],
] as const;

test.each(asked.map(([{ type, step }, published]) => [type, step, published]))(
  '%s has its published step',
  (_, step, published) => {
    expect(step).toBe(published);
  },
);

test('every command has a published step', () => {
  expect(asked.map(([{ type }]) => type).sort()).toEqual([...commandNames].sort());
});

test('what does not fit the contract does not compile', () => {
  // @ts-expect-error the field is called `paymentId`
  ask('CapturePayment', { orderId, payment: paymentId });
  // @ts-expect-error the attempt is missing, which tells two refunds apart
  ask('RefundPayment', refund);
  // @ts-expect-error nothing tells two marks apart
  ask('MarkOrderDelivered', { orderId }, 'again');
  expect(ask('CapturePayment', payment)).toMatchObject({ streamType: 'Payment', data: payment });
});
