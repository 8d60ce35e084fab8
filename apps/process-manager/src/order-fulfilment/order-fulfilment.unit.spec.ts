import {
  FulfilmentStory,
  amount,
  event,
  expiresAt,
  linesOf,
  orderId,
  paymentId,
  started,
  stockEvent,
  type ToldEvent,
} from './fulfilment-story.fixture';
import { orderFulfilment } from './order-fulfilment';

const requested = event('PaymentRequested');
const captured = event('PaymentCaptured', { answers: `capture_payment:${paymentId}` });
const paid = event('OrderPaid', { answers: `pay_order:${paymentId}` });
const reserved = (product: string) =>
  stockEvent('InventoryReserved', product, `reserve_inventory:${product}`);
const refused = (product: string) =>
  stockEvent('InventoryReservationFailed', product, `reserve_inventory:${product}`);
const released = (product: string) =>
  stockEvent('InventoryReleased', product, `release_inventory:${product}`);
const shipped = (product: string) =>
  stockEvent('ReservedInventoryShipped', product, `ship_inventory:${product}`);
const created = event('ShipmentCreated', { answers: 'create_shipment' });
const markedShipped = event('OrderShipped', { answers: 'mark_order_shipped' });
const delivered = event('OrderDelivered', { answers: 'mark_order_delivered' });
const refunded = event('PaymentRefunded', { answers: `refund_payment:${paymentId}:1` });
const cancelled = event('OrderCancelled', { answers: 'cancel_order' });
const shipmentCancelled = event('ShipmentCancelled', { answers: 'cancel_shipment' });

const tillPaid: readonly ToldEvent[] = [requested, captured, paid];
const tillCreated: readonly ToldEvent[] = [...tillPaid, reserved('A'), reserved('B'), created];
const tillShipped: readonly ToldEvent[] = [
  ...tillCreated,
  event('ShipmentDispatched'),
  shipped('A'),
  shipped('B'),
  markedShipped,
];

let story: FulfilmentStory;
beforeEach(() => {
  story = new FulfilmentStory();
});

describe('an order that is fulfilled', () => {
  it('captures a requested payment, until it expires', () => {
    expect(story.when(requested)).toEqual(['Payment.CapturePayment']);
    expect(story.timers.get('payment_deadline')).toBe(expiresAt);
    expect(story).toMatchObject({ step: 'capturing_payment', status: 'RUNNING' });
  });

  it('pays the order with the captured amount', () => {
    expect(story.given(requested).when(captured)).toEqual(['Order.PayOrder']);
    expect(story.commandData(`pay_order:${paymentId}`)).toEqual({ orderId, paymentId, amount });
    expect(story.timers.get('payment_deadline')).toBeUndefined();
  });

  it('reserves every line of a paid order', () => {
    expect(story.given(requested, captured).when(paid)).toEqual([
      'StockItem.ReserveInventory(A)',
      'StockItem.ReserveInventory(B)',
    ]);
    expect(story.commandData('reserve_inventory:B')).toEqual({ productId: 'B', orderId, quantity: 2 });
  });

  it('creates the shipment when everything is reserved, and not before', () => {
    expect(story.given(...tillPaid).when(reserved('B'))).toEqual([]);
    expect(story.when(reserved('A'))).toEqual(['Shipment.CreateShipment']);
  });

  it('awaits the dispatch for seven days, then flags it and goes on waiting', () => {
    story.given(...tillCreated);
    expect(story.timers.get('dispatch_deadline')).toBe('2010-12-08T08:00:00.000Z');
    expect(story.whenTimer('dispatch_deadline', '2010-12-08T08:00:00.000Z')).toEqual([]);
    expect(story).toMatchObject({ step: 'awaiting_dispatch', status: 'RUNNING' });
    expect(story.fulfilment).toMatchObject({ isDispatchOverdue: true, lastError: 'dispatch_overdue' });
    expect(story.when('ShipmentDispatched')).toHaveLength(3);
  });

  it('ships the stock and marks the order shipped when the shipment is dispatched', () => {
    expect(story.given(...tillCreated).when('ShipmentDispatched')).toEqual([
      'StockItem.ShipReservedInventory(A)',
      'StockItem.ShipReservedInventory(B)',
      'Order.MarkOrderShipped',
    ]);
  });

  it('marks the order delivered, and is done with nothing owed', () => {
    expect(story.given(...tillShipped).when('ShipmentDelivered')).toEqual(['Order.MarkOrderDelivered']);
    expect(story.given(delivered)).toMatchObject({ step: 'fulfilled', status: 'FULFILLED' });
    expect(story.compensations.every((compensation) => compensation.endsWith('DROPPED'))).toBe(true);
  });

  it('is not done while a command is unanswered', () => {
    const withoutAnswer = tillShipped.map((told) => (told === markedShipped ? event('OrderShipped') : told));
    story.given(...withoutAnswer, event('ShipmentDelivered'), delivered);
    expect(story).toMatchObject({ step: 'fulfilled', status: 'RUNNING' });
    expect(story.given(markedShipped).status).toBe('FULFILLED');
  });

  it('arms the undo of each forward step with the step itself', () => {
    story.given(requested);
    expect(story.compensations).toEqual([`refunding_payment:${paymentId} ARMED`]);
    story.given(captured);
    expect(story.compensations).toEqual(['cancelling_order ARMED', `refunding_payment:${paymentId} ARMED`]);
    story.given(paid, reserved('A'), reserved('B'));
    expect(story.compensations).toEqual([
      'cancelling_order ARMED',
      `refunding_payment:${paymentId} ARMED`,
      'releasing_stock:A ARMED',
      'releasing_stock:B ARMED',
      'cancelling_shipment ARMED',
    ]);
  });
});

describe('an order short of stock', () => {
  it('releases what was reserved, then refunds, then cancels, each after the event of the one before', () => {
    story.given(...tillPaid, reserved('A'));
    expect(story.when(refused('B'))).toEqual(['StockItem.ReleaseInventory(A)']);
    expect(story).toMatchObject({ step: 'releasing_stock', status: 'COMPENSATING' });
    expect(story.when(released('A'))).toEqual(['Payment.RefundPayment']);
    expect(story.commandData(`refund_payment:${paymentId}:1`)).toEqual({
      orderId,
      paymentId,
      amount,
      reason: 'insufficient_stock',
    });
    expect(story.when(refunded)).toEqual(['Order.CancelOrder']);
    expect(story.commandData('cancel_order')).toEqual({ orderId, reason: 'insufficient_stock' });
    expect(story.given(cancelled)).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
    expect(story.fulfilment.lastError).toBe('insufficient_stock: B');
  });

  it('releases at once what others have not answered yet, and awaits their answers before it is done', () => {
    story.given(...tillPaid);
    expect(story.when(refused('B'))).toEqual(['StockItem.ReleaseInventory(A)']);
    story.given(released('A'), refunded, cancelled);
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATING' });
    expect(story.given(refused('A')).status).toBe('COMPENSATED');
  });

  it('has nothing to release when the only line fails', () => {
    const onlyA = event('OrderPaid', { answers: `pay_order:${paymentId}`, data: { lines: linesOf('A') } });
    expect(story.given(requested, captured, onlyA).when(refused('A'))).toEqual(['Payment.RefundPayment']);
  });

  it('releases only once when two lines fail', () => {
    story.given(...tillPaid);
    expect(story.when(refused('A'), refused('B'))).toEqual(['StockItem.ReleaseInventory(B)']);
    expect(story.when(released('B'))).toEqual(['Payment.RefundPayment']);
  });
});

describe('a payment that fails', () => {
  it('leaves nothing to undo when it is declined', () => {
    const declined = event('PaymentFailed', { answers: `capture_payment:${paymentId}` });
    expect(story.given(requested).when(declined)).toEqual([]);
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
    expect(story.compensations).toEqual([`refunding_payment:${paymentId} DROPPED`]);
    expect(story.fulfilment.lastError).toBe('payment_failed: card_declined');
  });

  const second = '22222222-2222-4222-8222-222222222222';
  const again = event('PaymentRequested', { data: { paymentId: second } });
  const capturedAgain = event('PaymentCaptured', {
    answers: `capture_payment:${second}`,
    data: { paymentId: second },
  });

  it('may be followed by another', () => {
    story.given(requested, event('PaymentFailed', { answers: `capture_payment:${paymentId}` }));
    expect(story.when(again)).toEqual(['Payment.CapturePayment']);
    expect(story.when(capturedAgain)).toEqual(['Order.PayOrder']);
  });

  it('is not done at its deadline, since the money may have been taken', () => {
    expect(story.given(requested).whenTimer('payment_deadline', expiresAt)).toEqual([]);
    expect(story).toMatchObject({ step: 'payment_expired', status: 'COMPENSATING' });
    const declined = event('PaymentFailed', { answers: `capture_payment:${paymentId}` });
    expect(story.given(declined).status).toBe('COMPENSATED');
  });

  it('is refunded when it is captured after its deadline', () => {
    story.given(requested).whenTimer('payment_deadline', expiresAt);
    const late = { ...captured, at: '2010-12-01T08:15:00.001Z' };
    expect(story.when(late)).toEqual(['Payment.RefundPayment']);
    expect(story.given(refunded)).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
  });

  it('is refunded when it is captured after its deadline, even if the timer did not fire yet', () => {
    story.given(requested);
    expect(story.when({ ...captured, at: '2010-12-01T08:15:00.001Z' })).toEqual(['Payment.RefundPayment']);
  });

  it('pays the order when it was captured in time and only seen late', () => {
    story.given(requested).whenTimer('payment_deadline', expiresAt);
    expect(story.when({ ...captured, at: '2010-12-01T08:14:59.000Z' })).toEqual(['Order.PayOrder']);
  });

  it('is refunded beside the way of the payment that followed it', () => {
    const expired = event('PaymentFailed', { data: { cause: 'EXPIRED', reason: 'payment_expired' } });
    story.given(requested, expired);
    expect(story.when(again)).toEqual(['Payment.CapturePayment']);
    story.given(capturedAgain);
    const late = { ...captured, at: '2010-12-01T09:00:00.000Z' };
    expect(story.when(late)).toEqual(['Payment.RefundPayment']);
    expect(story.step).toBe('paying_order');
    expect(story.given(refunded).step).toBe('paying_order');
    expect(story.fulfilment.payments.map(({ status }) => status)).toEqual(['REFUNDED', 'CAPTURED']);
  });

  it('is refunded when the order does not take the money, and the order is left as it is', () => {
    const rejected = event('OrderPaymentRejected', { answers: `pay_order:${paymentId}` });
    expect(story.given(requested, captured, event('OrderCancelled')).when(rejected)).toEqual([
      'Payment.RefundPayment',
    ]);
    expect(story.when(refunded)).toEqual([]);
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
  });
});

describe('a refund that fails', () => {
  const failed = (attempt: number) =>
    event('PaymentRefundFailed', { answers: `refund_payment:${paymentId}:${attempt}` });

  beforeEach(() => {
    story.given(...tillPaid, reserved('A'), refused('B'), released('A'));
  });

  it('is asked for again, each time as a new command and after a longer wait', () => {
    expect(story.when(failed(1))).toEqual([]);
    expect(story.timers.get('refund_retry')).toBe('2010-12-01T08:00:30.000Z');
    expect(story.whenTimer('refund_retry', started)).toEqual(['Payment.RefundPayment']);
    expect(story.commandData(`refund_payment:${paymentId}:2`)).toBeDefined();
    story.given(failed(2));
    expect(story.timers.get('refund_retry')).toBe('2010-12-01T08:01:00.000Z');
  });

  it('parks after the last attempt with its stack intact, and a person lets it go on', () => {
    for (let attempt = 1; attempt < 5; attempt += 1) {
      story.given(failed(attempt)).whenTimer('refund_retry', started);
    }
    story.given(failed(5));
    expect(story).toMatchObject({ step: 'refunding_payment', status: 'PARKED' });
    expect(story.compensations).toContain('cancelling_order ARMED');
    expect(story.whenRetried('admin-1')).toEqual(['Payment.RefundPayment']);
    expect(story.status).toBe('COMPENSATING');
    const sixth = event('PaymentRefunded', { answers: `refund_payment:${paymentId}:6` });
    expect(story.when(sixth)).toEqual(['Order.CancelOrder']);
  });
});

describe('a cancellation request', () => {
  const request = event('OrderCancellationRequested');

  it('undoes what was done so far while stock is reserved', () => {
    story.given(...tillPaid, reserved('A'));
    expect(story.when(request)).toEqual(['StockItem.ReleaseInventory(A)', 'StockItem.ReleaseInventory(B)']);
    story.given(reserved('B'), released('A'));
    expect(story.when(released('B'))).toEqual(['Payment.RefundPayment']);
    expect(story.commandData(`refund_payment:${paymentId}:1`)).toMatchObject({ reason: 'changed_my_mind' });
  });

  it('cancels the shipment first when one was asked for, made or not', () => {
    story.given(...tillPaid, reserved('A'), reserved('B'));
    expect(story.when(request)).toEqual(['Shipment.CancelShipment']);
    expect(story.when(shipmentCancelled)).toEqual([
      'StockItem.ReleaseInventory(A)',
      'StockItem.ReleaseInventory(B)',
    ]);
    story.given(released('A'), released('B'), refunded, cancelled);
    expect(story.status).toBe('COMPENSATING');
    const answerToCreate = event('ShipmentCancelled', { answers: 'create_shipment' });
    expect(story.given(answerToCreate).status).toBe('COMPENSATED');
  });

  it('goes on and tells the order when the shipment was dispatched meanwhile', () => {
    story.given(...tillCreated);
    expect(story.when(request)).toEqual(['Shipment.CancelShipment']);
    expect(story.when('ShipmentDispatched')).toEqual([]);
    const rejected = event('ShipmentCancellationRejected', { answers: 'cancel_shipment' });
    expect(story.when(rejected)).toEqual([
      'Order.RejectCancellation',
      'StockItem.ShipReservedInventory(A)',
      'StockItem.ShipReservedInventory(B)',
      'Order.MarkOrderShipped',
    ]);
  });

  it('is rejected once the goods have left', () => {
    expect(story.given(...tillCreated, event('ShipmentDispatched')).when(request)).toEqual([
      'Order.RejectCancellation',
    ]);
    expect(story.step).toBe('shipping');
  });
});

describe('events out of their order', () => {
  it('wait until their step has come', () => {
    const early = [shipped('A'), reserved('A'), shipped('B'), reserved('B')];
    story.given(...early, requested, captured);
    expect(story.when(paid)).toEqual([
      'StockItem.ReserveInventory(A)',
      'StockItem.ReserveInventory(B)',
      'Shipment.CreateShipment',
    ]);
    story.given(created, event('ShipmentDispatched'), markedShipped, event('ShipmentDelivered'), delivered);
    expect(story).toMatchObject({ step: 'fulfilled', status: 'FULFILLED' });
  });

  it('park when they contradict the step, and are kept', () => {
    story.given(...tillPaid, reserved('A'), refused('B'));
    story.given('ShipmentDispatched');
    expect(story).toMatchObject({ step: 'releasing_stock', status: 'PARKED' });
    story.whenRetried('admin-1');
    expect(story.status).toBe('PARKED');
  });
});

describe('the transition table', () => {
  const { table, startsOn, eventTypes } = orderFulfilment();

  it('says for every step what every input does', () => {
    const blanks = table.steps.flatMap((step) =>
      table.inputs
        .filter((input) => table.cell(step, input) === undefined)
        .map((input) => `${step} × ${input}`),
    );
    expect(blanks).toEqual([]);
    expect(table.steps.length * table.inputs.length).toBe(16 * 25);
  });

  it('starts an instance for exactly the events that a new one does not ignore', () => {
    expect(eventTypes.filter((type) => table.cell('not_started', type) !== 'ignored').sort()).toEqual(
      [...startsOn].sort(),
    );
  });
});
