import { aggregateIdOf } from '@tidemark/kernel';
import { TransitionTable, type ProcessDefinition, type Reactions } from '@tidemark/process-manager';
import {
  fulfilmentGivenUp,
  fulfilmentStatus,
  newFulfilment,
  type Fulfilment,
  type FulfilmentStep,
} from './fulfilment';
import {
  fulfilmentEventTypes,
  fulfilmentTimers,
  type FulfilmentEvent,
  type FulfilmentTimer,
} from './fulfilment-event';
import { defaultFulfilmentSettings, type FulfilmentSettings } from './fulfilment-settings';
import * as order from './order-reactions';
import * as payment from './payment-reactions';
import * as person from './person-reactions';
import * as stock from './stock-reactions';

type On = Reactions<Fulfilment, FulfilmentEvent, FulfilmentTimer>;
type Table = TransitionTable<Fulfilment, FulfilmentStep, FulfilmentEvent, FulfilmentTimer>;

export type OrderFulfilment = ProcessDefinition<Fulfilment, FulfilmentEvent> & { readonly table: Table };

/**
 * The fulfilment of an order, on one page.
 *
 *   Forwards          asks for                                  and arms, as its undo (./unwind)
 *   ----------------  ----------------------------------------  --------------------------------
 *   PaymentRequested  CapturePayment, in time until expiresAt   RefundPayment
 *   PaymentCaptured   PayOrder                                  CancelOrder, below the refund
 *   OrderPaid         ReserveInventory for each line            ReleaseInventory for each
 *   all reserved      CreateShipment, dispatched in 7 days      CancelShipment
 *   dispatched        ShipReservedInventory, MarkOrderShipped   none: from here on only forwards
 *   delivered         MarkOrderDelivered
 *
 *   Backwards, each step after the previous one has its events:
 *   cancelling_shipment → releasing_stock → refunding_payment → cancelling_order → compensated
 *
 *   Deadline           comes                                and then
 *   -----------------  -----------------------------------  ---------------------------------------------------
 *   payment_deadline   at expiresAt, after 15 minutes       the order may be paid again; late money is refunded
 *   dispatch_deadline  7 days after ShipmentCreated         flagged, and still awaited
 *   refund_retry       30 s after a refusal, then 1, 2, 4   requested again; after the fifth refusal: stuck
 *                      minutes
 *   (the engine's)     an hour after a command was sent,    stuck, until its answer comes or a person acts
 *                      and sent again since
 *
 * The grid has a mark for every input in every step. `x` does something (below), `.` ignores the input, and `>` keeps
 * the input until the step has changed. At `!`, the fulfilment is stuck until an operator acts. The events of order,
 * payment and shipment share a partition and arrive in order. Each product's events come from another partition, and
 * may arrive before or after any of these. So events of a later step wait, and events of an earlier step are ignored. A
 * payment that is requested while another is being refunded waits as well. If the order is already paid, a further
 * payment is never captured. It expires.
 */
const columns: Readonly<Record<FulfilmentStep, string>> = {
  not_started: 'new',
  capturing_payment: 'cap',
  payment_expired: 'exp',
  paying_order: 'pay',
  reserving_stock: 'res',
  creating_shipment: 'cre',
  awaiting_dispatch: 'dis',
  shipping: 'shi',
  awaiting_delivery: 'del',
  delivering: 'mrk',
  fulfilled: 'FUL',
  cancelling_shipment: '-cs',
  releasing_stock: '-rs',
  refunding_payment: '-rp',
  cancelling_order: '-co',
  compensated: 'COM',
};

const grid = `
                              new cap exp pay res cre dis shi del mrk FUL -cs -rs -rp -co COM
PaymentRequested               x   x   x   >   .   .   .   .   .   .   .   >   >   >   >   x
PaymentCaptured                .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
PaymentFailed                  .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
PaymentRefunded                .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
PaymentRefundFailed            .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
OrderPaid                      .   >   >   x   .   .   .   .   .   .   .   .   .   .   .   .
OrderPaymentRejected           .   >   >   x   .   .   .   .   .   .   .   .   .   .   .   .
OrderCancellationRequested     .   >   >   >   x   x   x   x   x   x   .   x   .   .   .   .
OrderCancellationRejected      .   .   .   .   .   .   .   .   .   .   .   .   .   .   !   .
OrderCancelled                 .   .   .   .   >   >   >   !   !   !   !   >   >   >   x   .
OrderShipped                   .   >   >   >   >   >   >   x   .   .   .   >   !   !   !   !
OrderDelivered                 .   >   >   >   >   >   >   >   >   x   .   >   !   !   !   !
InventoryReserved              >   >   >   >   x   .   .   .   .   .   .   .   .   .   .   .
InventoryReservationFailed     >   >   >   >   x   .   .   .   .   .   .   .   .   .   .   .
InventoryReleased              >   >   >   >   >   >   >   !   !   !   !   >   x   .   .   .
ReservedInventoryShipped       >   >   >   >   >   >   >   x   .   .   .   >   !   !   !   !
ShipmentCreated                .   >   >   >   >   x   .   .   .   .   .   .   .   .   .   .
ShipmentDispatched             .   >   >   >   >   >   x   .   .   .   .   >   !   !   !   !
ShipmentDelivered              .   >   >   >   >   >   >   >   x   .   .   >   !   !   !   !
ShipmentCancelled              .   >   >   >   >   x   x   !   !   !   !   x   .   .   .   .
ShipmentCancellationRejected   .   >   >   >   >   >   >   .   .   .   .   x   .   .   .   .
payment_deadline               .   x   .   .   .   .   .   .   .   .   .   .   .   .   .   .
dispatch_deadline              .   .   .   .   .   .   x   .   .   .   .   .   .   .   .   .
refund_retry                   .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
retry                          .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
skip                           .   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x
force_compensate               .   .   .   .   x   x   x   .   .   .   .   .   .   .   .   .
`;

function reactionsOf(settings: FulfilmentSettings): Readonly<Record<FulfilmentStep, On>> {
  /**
   * The reactions in every step to payments that no longer decide about the order: late captures, and refunds that are
   * requested again.
   */
  const money = {
    PaymentCaptured: payment.refundStrayCapture,
    PaymentFailed: payment.strayPaymentFailed,
    PaymentRefunded: payment.paymentRefunded,
    PaymentRefundFailed: payment.paymentRefundFailed(settings),
    refund_retry: payment.refundAgain,
    retry: payment.refundAllAgain,
    skip: person.goOnWithout,
  } satisfies On;
  const awaitMoney = {
    ...money,
    PaymentRequested: payment.startPayment,
    PaymentCaptured: payment.paymentCaptured,
    PaymentFailed: payment.paymentFailed,
  } satisfies On;
  return {
    not_started: { PaymentRequested: payment.startPayment },
    capturing_payment: { ...awaitMoney, payment_deadline: payment.paymentExpired },
    payment_expired: awaitMoney,
    // An order that was cancelled meanwhile does not accept the money either.
    paying_order: { ...money, OrderPaid: stock.reserveStock, OrderPaymentRejected: order.paymentRejected },
    reserving_stock: {
      ...money,
      InventoryReserved: stock.stockReserved,
      InventoryReservationFailed: stock.reservationFailed,
      OrderCancellationRequested: order.cancelOnRequest,
      force_compensate: person.undoByForce,
    },
    creating_shipment: {
      ...money,
      ShipmentCreated: order.awaitDispatch(settings),
      ShipmentCancelled: order.shipmentCancelled,
      OrderCancellationRequested: order.cancelOnRequest,
      force_compensate: person.undoByForce,
    },
    awaiting_dispatch: {
      ...money,
      ShipmentDispatched: stock.shipStock,
      ShipmentCancelled: order.shipmentCancelled,
      OrderCancellationRequested: order.cancelOnRequest,
      force_compensate: person.undoByForce,
      dispatch_deadline: order.flagOverdueDispatch,
    },
    shipping: {
      ...money,
      ReservedInventoryShipped: stock.stockShipped,
      OrderShipped: stock.orderMarkedShipped,
      OrderCancellationRequested: order.rejectRequest,
    },
    awaiting_delivery: {
      ...money,
      ShipmentDelivered: order.markDelivered,
      OrderCancellationRequested: order.rejectRequest,
    },
    delivering: {
      ...money,
      OrderDelivered: order.fulfil,
      OrderCancellationRequested: order.rejectRequest,
    },
    fulfilled: money,
    cancelling_shipment: {
      ...money,
      ShipmentCancelled: order.shipmentCancelled,
      ShipmentCancellationRejected: order.goOnAfterRejection,
      OrderCancellationRequested: order.alsoRequested,
    },
    releasing_stock: { ...money, InventoryReleased: stock.stockReleased },
    refunding_payment: money,
    cancelling_order: { ...money, OrderCancelled: order.orderCancelled },
    // A payment that failed leaves the order pending: it may be paid again.
    compensated: { ...money, PaymentRequested: payment.startPayment },
  };
}

export function orderFulfilment(settings: FulfilmentSettings = defaultFulfilmentSettings): OrderFulfilment {
  const table: Table = new TransitionTable({
    process: 'order-fulfilment',
    eventTypes: fulfilmentEventTypes,
    timers: fulfilmentTimers,
    columns,
    grid,
    reactions: reactionsOf(settings),
  });
  return {
    name: 'order-fulfilment',
    version: 1,
    eventTypes: fulfilmentEventTypes,
    startsOn: [
      'PaymentRequested',
      'InventoryReserved',
      'InventoryReservationFailed',
      'InventoryReleased',
      'ReservedInventoryShipped',
    ],
    // Streams of orders, payments and shipments are named after the order. Stock events contain the order's id.
    correlate: ({ streamId, streamType, data }) =>
      streamType === 'StockItem' && 'orderId' in data ? data.orderId : aggregateIdOf(streamId),
    initial: newFulfilment,
    react: (fulfilment, input) => table.react(fulfilment, input),
    status: fulfilmentStatus,
    givenUp: fulfilmentGivenUp,
    table,
  };
}
