import {
  completeCompensation,
  dropCompensation,
  handled,
  ignored,
  type Handled,
  type ProcessCommand,
} from '@tidemark/process-manager';
import type { Fulfilment } from './fulfilment';
import { ask } from './fulfilment-commands';
import type { On } from './fulfilment-inputs';
import { later, type FulfilmentSettings } from './fulfilment-settings';
import { unwind } from './unwind';

/** The order changed or was cancelled while its payment was in progress. */
export const paymentRejected: On<'OrderPaymentRejected'> = (fulfilment, { event }) => {
  const { reason } = event.data;
  const state: Fulfilment = {
    ...fulfilment,
    compensations: dropCompensation(fulfilment.compensations, 'cancelling_order', fulfilment.orderId),
    undoReason: reason,
    lastError: `order_payment_rejected: ${reason}`,
  };
  return unwind(state, 'the order does not take the money');
};

export const cancelOnRequest: On<'OrderCancellationRequested'> = (fulfilment, { event }) =>
  unwind({ ...fulfilment, undoReason: event.data.reason }, 'cancellation requested', ['dispatch_deadline']);

/** Rejects the request, because the goods have left. */
export const rejectRequest: On<'OrderCancellationRequested'> = (fulfilment, { event }) =>
  handled('cancellation requested too late: tell the order', fulfilment, {
    commands: [
      ask(
        'RejectCancellation',
        { orderId: fulfilment.orderId, reason: 'shipment_already_dispatched' },
        event.eventId,
      ),
    ],
  });

export const awaitDispatch = ({ dispatchDeadlineMs }: FulfilmentSettings): On<'ShipmentCreated'> => {
  return (fulfilment, { at }) =>
    handled<Fulfilment>(
      'await dispatch',
      { ...fulfilment, step: 'awaiting_dispatch' },
      {
        timers: [{ name: 'dispatch_deadline', dueAt: later(at, dispatchDeadlineMs) }],
      },
    );
};

/** Only flags the delay and undoes nothing, because only the warehouse knows where the goods are. */
export const flagOverdueDispatch: On<'dispatch_deadline'> = (fulfilment) =>
  handled<Fulfilment>('the dispatch is overdue', {
    ...fulfilment,
    isDispatchOverdue: true,
    lastError: 'dispatch_overdue',
  });

export const shipmentCancelled: On<'ShipmentCancelled'> = (fulfilment, { event }) => {
  const { orderId, compensations, undoReason = event.data.reason } = fulfilment;
  const state: Fulfilment = {
    ...fulfilment,
    undoReason,
    compensations: completeCompensation(compensations, 'cancelling_shipment', orderId),
  };
  return unwind(state, 'the shipment is cancelled', ['dispatch_deadline']);
};

/** The shipment was dispatched meanwhile. Its event is among the deferred ones and is handled next. */
export const goOnAfterRejection: On<'ShipmentCancellationRejected'> = (fulfilment, { event }) => {
  const { orderId, compensations } = fulfilment;
  const state: Fulfilment = {
    ...fulfilment,
    step: 'awaiting_dispatch',
    undoReason: undefined,
    isForced: undefined,
    compensations: dropCompensation(compensations, 'cancelling_shipment', orderId),
  };
  // An order without a cancellation request would not answer.
  const commands: ProcessCommand[] = fulfilment.isForced
    ? []
    : [ask('RejectCancellation', { orderId, reason: event.data.reason }, event.eventId)];
  return handled("the shipment can't be cancelled: tell the order, go on", state, { commands });
};

/** The cancellation is already in progress, but the order now needs to be told its outcome. */
export const alsoRequested: On<'OrderCancellationRequested'> = (fulfilment, { event }) =>
  fulfilment.isForced
    ? handled<Fulfilment>('cancellation requested as well', {
        ...fulfilment,
        undoReason: event.data.reason,
        isForced: undefined,
      })
    : ignored;

export const orderCancelled: On<'OrderCancelled'> = (fulfilment) => cancelled(fulfilment);

export function cancelled(fulfilment: Fulfilment): Handled<Fulfilment> {
  const { orderId, compensations } = fulfilment;
  const state: Fulfilment = {
    ...fulfilment,
    compensations: completeCompensation(compensations, 'cancelling_order', orderId),
  };
  return unwind(state, 'the order is cancelled');
}

export const markDelivered: On<'ShipmentDelivered'> = (fulfilment) =>
  handled<Fulfilment>(
    'delivered: mark the order delivered',
    { ...fulfilment, step: 'delivering' },
    {
      commands: [ask('MarkOrderDelivered', { orderId: fulfilment.orderId })],
    },
  );

export const fulfil: On<'OrderDelivered'> = (fulfilment) => fulfilled(fulfilment);

export function fulfilled(fulfilment: Fulfilment): Handled<Fulfilment> {
  return handled<Fulfilment>('fulfilled', { ...fulfilment, step: 'fulfilled' });
}
