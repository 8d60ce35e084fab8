import { personActs } from '@tidemark/process-manager';
import type { ToldEvent } from '@tidemark/process-manager/testing';
import { fulfilmentEventTypes, fulfilmentTimers } from './fulfilment-event';
import {
  FulfilmentStory,
  amount,
  event,
  expiresAt,
  linesOf,
  orderId,
  paymentId,
  stockEvent,
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

const refundRetry = `refund_retry:${paymentId}`;

const refundBecause = (reason: string) => ({
  step: `refund_payment:${paymentId}:1`,
  streamType: 'Payment',
  type: 'RefundPayment',
  data: { orderId, paymentId, amount, reason },
});

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
    story.when(requested).then(`capture_payment:${paymentId}`);
    expect(story.timers.get('payment_deadline')).toBe(expiresAt);
    expect(story).toMatchObject({ step: 'capturing_payment', status: 'RUNNING' });
  });

  it('pays the order with the captured amount', () => {
    story
      .given(requested)
      .when(captured)
      .then({
        step: `pay_order:${paymentId}`,
        streamType: 'Order',
        type: 'PayOrder',
        data: { orderId, paymentId, amount },
      });
    expect(story.timers.has('payment_deadline')).toBe(false);
  });

  it('reserves every line of a paid order', () => {
    story
      .given(requested, captured)
      .when(paid)
      .then('reserve_inventory:A', {
        step: 'reserve_inventory:B',
        streamType: 'StockItem',
        type: 'ReserveInventory',
        data: { productId: 'B', orderId, quantity: 2 },
      });
  });

  it('creates the shipment when everything is reserved, and not before', () => {
    story
      .given(...tillPaid)
      .when(reserved('B'))
      .thenNothing();
    story.when(reserved('A')).then('create_shipment');
  });

  it('awaits the dispatch for seven days, then flags the delay and keeps waiting', () => {
    story.given(...tillCreated);
    expect(story.timers.get('dispatch_deadline')).toBe('2010-12-08T08:00:00.000Z');
    story.when({ timer: 'dispatch_deadline' }).thenNothing();
    expect(story).toMatchObject({ step: 'awaiting_dispatch', status: 'RUNNING' });
    expect(story.state).toMatchObject({ isDispatchOverdue: true, lastError: 'dispatch_overdue' });
    story
      .when(event('ShipmentDispatched'))
      .then('ship_inventory:A', 'ship_inventory:B', 'mark_order_shipped');
  });

  it('ships the stock and marks the order shipped when the shipment is dispatched', () => {
    story
      .given(...tillCreated)
      .when(event('ShipmentDispatched'))
      .then('ship_inventory:A', 'ship_inventory:B', 'mark_order_shipped');
  });

  it('marks the order delivered, and completes with nothing left to undo', () => {
    story
      .given(...tillShipped)
      .when(event('ShipmentDelivered'))
      .then('mark_order_delivered');
    expect(story.given(delivered)).toMatchObject({ step: 'fulfilled', status: 'COMPLETED' });
    expect(story.compensations.every((compensation) => compensation.endsWith('DROPPED'))).toBe(true);
  });

  it('does not complete while a command is unanswered', () => {
    const withoutAnswer = tillShipped.map((told) => (told === markedShipped ? event('OrderShipped') : told));
    story.given(...withoutAnswer, event('ShipmentDelivered'), delivered);
    expect(story).toMatchObject({ step: 'fulfilled', status: 'RUNNING' });
    expect(story.given(markedShipped).status).toBe('COMPLETED');
  });

  it('arms the undo of each forward step together with the step', () => {
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
  it('releases the reserved stock, then refunds, then cancels; each step waits for the event of the previous one', () => {
    story.given(...tillPaid, reserved('A'));
    story.when(refused('B')).then('release_inventory:A');
    expect(story).toMatchObject({ step: 'releasing_stock', status: 'COMPENSATING' });
    story.when(released('A')).then(refundBecause('insufficient_stock'));
    story.when(refunded).then({
      step: 'cancel_order',
      streamType: 'Order',
      type: 'CancelOrder',
      data: { orderId, reason: 'insufficient_stock' },
    });
    expect(story.given(cancelled)).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
    expect(story.state.lastError).toBe('insufficient_stock: B');
  });

  it('releases a line whose reservation is unanswered, and waits for the answer before it completes', () => {
    story.given(...tillPaid);
    story.when(refused('B')).then('release_inventory:A');
    story.given(released('A'), refunded, cancelled);
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATING' });
    expect(story.given(refused('A')).status).toBe('COMPENSATED');
  });

  it('has nothing to release when the only line fails', () => {
    const onlyA = event('OrderPaid', { answers: `pay_order:${paymentId}`, data: { lines: linesOf('A') } });
    story.given(requested, captured, onlyA).when(refused('A')).then(`refund_payment:${paymentId}:1`);
  });

  it('releases only once when two lines fail', () => {
    story.given(...tillPaid);
    story.when(refused('A'), refused('B')).then('release_inventory:B');
    story.when(released('B')).then(`refund_payment:${paymentId}:1`);
  });
});

describe('a payment that fails', () => {
  it('leaves nothing to undo when it is declined', () => {
    const declined = event('PaymentFailed', { answers: `capture_payment:${paymentId}` });
    story.given(requested).when(declined).thenNothing();
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
    expect(story.compensations).toEqual([`refunding_payment:${paymentId} DROPPED`]);
    expect(story.state.lastError).toBe('payment_failed: card_declined');
  });

  const second = '22222222-2222-4222-8222-222222222222';
  const again = event('PaymentRequested', { data: { paymentId: second } });
  const capturedAgain = event('PaymentCaptured', {
    answers: `capture_payment:${second}`,
    data: { paymentId: second },
  });

  it('may be followed by another payment', () => {
    story.given(requested, event('PaymentFailed', { answers: `capture_payment:${paymentId}` }));
    story.when(again).then(`capture_payment:${second}`);
    story.when(capturedAgain).then(`pay_order:${second}`);
  });

  it('does not complete at its deadline, since the money may have been taken', () => {
    story.given(requested).when({ timer: 'payment_deadline' }).thenNothing();
    expect(story).toMatchObject({ step: 'payment_expired', status: 'COMPENSATING' });
    const declined = event('PaymentFailed', { answers: `capture_payment:${paymentId}` });
    expect(story.given(declined).status).toBe('COMPENSATED');
  });

  it('is refunded when it is captured after its deadline', () => {
    story.given(requested, { timer: 'payment_deadline' });
    const late = { ...captured, at: '2010-12-01T08:15:00.001Z' };
    story.when(late).then(`refund_payment:${paymentId}:1`);
    expect(story.given(refunded)).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
  });

  it('is refunded when it is captured after its deadline, even if the timer did not fire yet', () => {
    story.given(requested);
    story.when({ ...captured, at: '2010-12-01T08:15:00.001Z' }).then(`refund_payment:${paymentId}:1`);
  });

  it('pays the order when it was captured in time, even if the event arrives late', () => {
    story.given(requested, { timer: 'payment_deadline' });
    story.when({ ...captured, at: '2010-12-01T08:14:59.000Z' }).then(`pay_order:${paymentId}`);
  });

  it('is refunded while the next payment continues', () => {
    const expired = event('PaymentFailed', { data: { cause: 'EXPIRED', reason: 'payment_expired' } });
    story.given(requested, expired);
    story.when(again).then(`capture_payment:${second}`);
    story.given(capturedAgain);
    const late = { ...captured, at: '2010-12-01T09:00:00.000Z' };
    story.when(late).then(`refund_payment:${paymentId}:1`);
    expect(story.step).toBe('paying_order');
    expect(story.given(refunded).step).toBe('paying_order');
    expect(story.state.payments.map(({ status }) => status)).toEqual(['REFUNDED', 'CAPTURED']);
  });

  it('has its own refund timer when the next payment is refunded as well', () => {
    const expired = event('PaymentFailed', { data: { cause: 'EXPIRED', reason: 'payment_expired' } });
    const refundFailed = (id: string) =>
      event('PaymentRefundFailed', { answers: `refund_payment:${id}:1`, data: { paymentId: id } });
    story.given(requested, expired, again, { ...captured, at: '2010-12-01T09:00:00.000Z' });
    story.given(refundFailed(paymentId), capturedAgain);
    const rejected = event('OrderPaymentRejected', { answers: `pay_order:${second}` });
    story.given(rejected, refundFailed(second));
    story.when({ timer: `refund_retry:${second}` }).then(`refund_payment:${second}:2`);
    story.when({ timer: refundRetry }).then(`refund_payment:${paymentId}:2`);
  });

  it('clears the error of the previous attempt', () => {
    const rejected = event('OrderPaymentRejected', { answers: `pay_order:${paymentId}` });
    story.given(requested, captured, rejected, refunded);
    expect(story.state).toMatchObject({ undoReason: 'order_not_pending' });
    story.given(again);
    expect(story.state.undoReason).toBeUndefined();
    expect(story.state.lastError).toBeUndefined();
  });

  it('may be requested while an earlier payment is being undone, and waits for the end of the undo', () => {
    story.given(...tillPaid, reserved('A'), refused('B'));
    story.when(again).thenNothing();
    story.given(released('A'), refunded).when(cancelled).then(`capture_payment:${second}`);
  });

  it('is refunded when the order rejects it, and the order does not change', () => {
    const rejected = event('OrderPaymentRejected', { answers: `pay_order:${paymentId}` });
    story
      .given(requested, captured, event('OrderCancelled'))
      .when(rejected)
      .then(`refund_payment:${paymentId}:1`);
    story.when(refunded).thenNothing();
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
  });
});

describe('a refund that fails', () => {
  const failed = (attempt: number) =>
    event('PaymentRefundFailed', { answers: `refund_payment:${paymentId}:${attempt}` });

  beforeEach(() => {
    story.given(...tillPaid, reserved('A'), refused('B'), released('A'));
  });

  it('is requested again, each time with a new command and after a longer wait', () => {
    story.when(failed(1)).thenNothing();
    expect(story.timers.get(refundRetry)).toBe('2010-12-01T08:00:30.000Z');
    story.when({ timer: refundRetry }).then(`refund_payment:${paymentId}:2`);
    story.given(failed(2));
    expect(story.timers.get(refundRetry)).toBe('2010-12-01T08:01:00.000Z');
  });

  it('is stuck after the last attempt, keeps its compensations, and continues when an operator retries', () => {
    for (let attempt = 1; attempt < 5; attempt += 1) {
      story.given(failed(attempt), { timer: refundRetry });
    }
    story.given(failed(5));
    expect(story).toMatchObject({ step: 'refunding_payment', status: 'STUCK' });
    expect(story.compensations).toContain('cancelling_order ARMED');
    story.when({ person: 'retry' }).then(`refund_payment:${paymentId}:6`);
    expect(story.status).toBe('COMPENSATING');
    const sixth = event('PaymentRefunded', { answers: `refund_payment:${paymentId}:6` });
    story.when(sixth).then('cancel_order');
  });

  it('needs no operator if the provider refunds after all', () => {
    for (let attempt = 1; attempt < 5; attempt += 1) {
      story.given(failed(attempt), { timer: refundRetry });
    }
    story.given(failed(5)).when(event('PaymentRefunded')).then('cancel_order');
    expect(story.given(cancelled).status).toBe('COMPENSATED');
  });
});

describe('a cancellation request', () => {
  const request = event('OrderCancellationRequested');

  it('undoes the completed steps if it arrives while stock is being reserved', () => {
    story.given(...tillPaid, reserved('A'));
    story.when(request).then('release_inventory:A', 'release_inventory:B');
    story.given(reserved('B'), released('A'));
    story.when(released('B')).then(refundBecause('changed_my_mind'));
  });

  it('first cancels the requested shipment, whether it exists yet or not', () => {
    story.given(...tillPaid, reserved('A'), reserved('B'));
    story.when(request).then('cancel_shipment');
    story.when(shipmentCancelled).then('release_inventory:A', 'release_inventory:B');
    story.given(released('A'), released('B'), refunded, cancelled);
    expect(story.status).toBe('COMPENSATING');
    const answerToCreate = event('ShipmentCancelled', { answers: 'create_shipment' });
    expect(story.given(answerToCreate).status).toBe('COMPENSATED');
  });

  it('is rejected if the shipment is dispatched meanwhile, and the order continues', () => {
    story.given(...tillCreated);
    story.when(request).then('cancel_shipment');
    story.when(event('ShipmentDispatched')).thenNothing();
    const rejected = event('ShipmentCancellationRejected', { answers: 'cancel_shipment' });
    story
      .when(rejected)
      .then('reject_cancellation:event-9', 'ship_inventory:A', 'ship_inventory:B', 'mark_order_shipped');
  });

  it('is rejected once the goods have left', () => {
    story
      .given(...tillCreated, event('ShipmentDispatched'))
      .when(request)
      .then('reject_cancellation:event-8');
    expect(story.step).toBe('shipping');
  });
});

describe('an order that is undone by force', () => {
  it('is undone from its current step, as after a cancellation request', () => {
    story.given(...tillPaid, reserved('A'));
    story.when({ person: 'force_compensate' }).then('release_inventory:A', 'release_inventory:B');
    story.given(reserved('B'), released('A')).when(released('B')).then(refundBecause('cancelled_by_shop'));
  });

  it.each([
    ['before it is paid', [requested, captured]],
    ['once the goods have left', [...tillCreated, event('ShipmentDispatched')]],
    ['when it is being undone already', [...tillPaid, refused('A')]],
  ] as const)('does not change %s', (_, told) => {
    const { step } = story.given(...told);
    story.when({ person: 'force_compensate' }).thenRefused();
    expect(story.step).toBe(step);
  });

  it('continues if the shipment is dispatched meanwhile, and answers a cancellation request if there is one', () => {
    const rejected = event('ShipmentCancellationRejected', { answers: 'cancel_shipment' });
    const forward = ['ship_inventory:A', 'ship_inventory:B', 'mark_order_shipped'];
    story.given(...tillCreated);
    story.when({ person: 'force_compensate' }).then('cancel_shipment');
    story.when(event('ShipmentDispatched'), rejected).then(...forward);

    const other = new FulfilmentStory().given(...tillCreated);
    other
      .given({ person: 'force_compensate' })
      .when(event('OrderCancellationRequested'), event('ShipmentDispatched'), rejected)
      .then('reject_cancellation:event-9', ...forward);
  });
});

describe('a step that an operator skips', () => {
  it("may be a change of the order's status that did not happen", () => {
    story.given(...tillPaid, refused('B'), released('A'), refunded, { unanswered: ['cancel_order'] });
    expect(story.status).toBe('STUCK');
    story.given({ person: 'skip' });
    // An unanswered reservation can't be skipped: the fulfilment still waits for it.
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATING' });
  });

  it('lets an order whose goods have left continue', () => {
    story.given(...tillCreated, event('ShipmentDispatched'), shipped('A'), shipped('B'));
    story.given({ unanswered: ['mark_order_shipped'] }, { person: 'skip' });
    expect(story.step).toBe('awaiting_delivery');
    story.given(event('ShipmentDelivered'), { unanswered: ['mark_order_delivered'] }, { person: 'skip' });
    expect(story).toMatchObject({ step: 'fulfilled', status: 'COMPLETED' });
  });

  describe('because the provider refuses a refund', () => {
    beforeEach(() => {
      story.given(...tillPaid, reserved('A'), refused('B'), released('A'));
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        story.given(event('PaymentRefundFailed', { answers: `refund_payment:${paymentId}:${attempt}` }));
        if (attempt < 5) {
          story.given({ timer: refundRetry });
        }
      }
    });

    it('ends it', () => {
      story.when({ person: 'skip' }).then('cancel_order');
      expect(story.state.payments).toMatchObject([{ status: 'REFUNDED_BY_HAND' }]);
    });

    it('does not hide a refund that the provider makes as well', () => {
      story.given({ person: 'skip' }, cancelled);
      expect(story.status).toBe('COMPENSATED');
      story.given(event('PaymentRefunded'));
      expect(story.status).toBe('STUCK');
      expect(story.state.payments).toMatchObject([{ status: 'REFUNDED_TWICE' }]);
      story.given({ person: 'retry' });
      expect(story.status).toBe('STUCK');
      story.given({ person: 'skip', reason: 'the customer has sent it back' });
      expect(story.status).toBe('COMPENSATED');
    });

    it("can't be skipped while another refund request has no answer", () => {
      story.given({ person: 'retry' }, { unanswered: [`refund_payment:${paymentId}:6`] });
      story.when({ person: 'skip' }).thenRefused();
    });

    it('settles one problem at a time', () => {
      story.given(event('ShipmentDispatched')).when({ person: 'skip' }).thenNothing();
      expect(story.status).toBe('STUCK');
      story.when({ person: 'skip' }).then('cancel_order');
      expect(story.status).toBe('COMPENSATING');
    });
  });

  it.each([
    ['money was taken', [requested], `capture_payment:${paymentId}`],
    ['the order was paid', [requested, captured], `pay_order:${paymentId}`],
    ['stock is reserved', tillPaid, 'reserve_inventory:A'],
    ['stock is released', [...tillPaid, refused('B')], 'release_inventory:A'],
    ['money is back', [...tillPaid, refused('A'), released('B')], `refund_payment:${paymentId}:1`],
    ['a shipment exists', [...tillPaid, reserved('A'), reserved('B')], 'create_shipment'],
    ['stock has left', [...tillCreated, event('ShipmentDispatched'), markedShipped], 'ship_inventory:A'],
  ] as const)("can't be a step whose answer shows whether %s", (_, told, step) => {
    story.given(...told, { unanswered: [step] });
    story.when({ person: 'skip' }).thenRefused();
    expect(story.status).toBe('STUCK');
  });
});

describe('events that arrive twice', () => {
  const twice = (told: readonly ToldEvent[]) => told.flatMap((one) => [one, one]);

  it('count once on the way forward', () => {
    story
      .when(...twice([...tillShipped, event('ShipmentDelivered'), delivered]))
      .then(
        `capture_payment:${paymentId}`,
        `pay_order:${paymentId}`,
        'reserve_inventory:A',
        'reserve_inventory:B',
        'create_shipment',
        'ship_inventory:A',
        'ship_inventory:B',
        'mark_order_shipped',
        'mark_order_delivered',
      );
    expect(story).toMatchObject({ step: 'fulfilled', status: 'COMPLETED' });
    expect(story.state.payments).toHaveLength(1);
  });

  it('count once on the way back', () => {
    story.given(...tillPaid, reserved('A'));
    story
      .when(...twice([refused('B'), released('A'), refunded, cancelled]))
      .then('release_inventory:A', `refund_payment:${paymentId}:1`, 'cancel_order');
    expect(story).toMatchObject({ step: 'compensated', status: 'COMPENSATED' });
  });
});

describe('events that arrive out of order', () => {
  it('wait until their step is reached', () => {
    const early = [shipped('A'), reserved('A'), shipped('B'), reserved('B')];
    story.given(...early, requested, captured);
    story.when(paid).then('reserve_inventory:A', 'reserve_inventory:B', 'create_shipment');
    story.given(created, event('ShipmentDispatched'), markedShipped, event('ShipmentDelivered'), delivered);
    expect(story).toMatchObject({ step: 'fulfilled', status: 'COMPLETED' });
  });

  it('are kept, and stop the fulfilment, if they contradict its step', () => {
    story.given(...tillPaid, reserved('A'), refused('B'));
    story.given(event('ShipmentDispatched'));
    expect(story).toMatchObject({ step: 'releasing_stock', status: 'STUCK' });
    story.given({ person: 'retry' });
    expect(story.status).toBe('STUCK');
  });
});

describe('the transition table', () => {
  const { table, startsOn, eventTypes } = orderFulfilment();

  it('has an entry for every input in every step', () => {
    const inputs = [...fulfilmentEventTypes, ...fulfilmentTimers, ...personActs];
    const cells = table.steps.flatMap((step) =>
      inputs.map((input) => ({ step, input, cell: table.cell(step, input) })),
    );
    expect(cells.filter(({ cell }) => cell === undefined)).toEqual([]);
    expect(new Set(cells.map(({ cell }) => cell))).toEqual(
      new Set(['handled', 'ignored', 'deferred', 'stuck']),
    );
    expect(table.inputs).toEqual(inputs);
  });

  it('starts an instance for exactly the events that a new one does not ignore', () => {
    expect(eventTypes.filter((type) => table.cell('not_started', type) !== 'ignored').sort()).toEqual(
      [...startsOn].sort(),
    );
  });
});
