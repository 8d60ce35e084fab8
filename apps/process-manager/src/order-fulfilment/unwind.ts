import { handled, unwindCompensations, type Handled, type ProcessCommand } from '@tidemark/process-manager';
import { paymentOf, withPayment, withReservation, type Fulfilment, type UndoStage } from './fulfilment';
import { ask } from './fulfilment-commands';

/** The command that undoes each stage, for one subject (an order, a product, a payment). */
const undo: Readonly<Record<UndoStage, (fulfilment: Fulfilment, subject: string) => Undone>> = {
  cancelling_shipment: (fulfilment, orderId) => ({
    fulfilment,
    command: ask('CancelShipment', { orderId, reason: reasonOf(fulfilment) }),
  }),
  releasing_stock: (fulfilment, productId) => ({
    fulfilment: withReservation(fulfilment, productId, 'RELEASING'),
    command: ask('ReleaseInventory', { productId, orderId: fulfilment.orderId }),
  }),
  refunding_payment: (fulfilment, paymentId) => refund(fulfilment, paymentId, reasonOf(fulfilment)),
  cancelling_order: (fulfilment, orderId) => ({
    fulfilment,
    command: ask('CancelOrder', { orderId, reason: reasonOf(fulfilment) }),
  }),
};

interface Undone {
  readonly fulfilment: Fulfilment;
  readonly command: ProcessCommand;
}

/** Undoes the next stage, once all events of the present one have arrived. Ends when nothing is left to undo. */
export function unwind(
  fulfilment: Fulfilment,
  why: string,
  cancelTimers: readonly string[] = [],
): Handled<Fulfilment> {
  const { stack, stage, started } = unwindCompensations(fulfilment.compensations);
  let state: Fulfilment = { ...fulfilment, compensations: stack, step: stage ?? 'compensated' };
  const commands: ProcessCommand[] = [];
  for (const compensation of started) {
    const undone = undo[compensation.stage](state, compensation.subject);
    state = undone.fulfilment;
    commands.push(undone.command);
  }
  return handled(`${why}: ${state.step.replaceAll('_', ' ')}`, state, { commands, cancelTimers });
}

/**
 * Requests a refund, with a new command each time: a failed command was answered, and a repeat would only get the same
 * answer.
 */
export function refund(fulfilment: Fulfilment, paymentId: string, reason: string): Undone {
  const payment = paymentOf(fulfilment, paymentId)!;
  const { orderId } = fulfilment;
  const refunds = payment.refunds + 1;
  return {
    fulfilment: withPayment(fulfilment, paymentId, { status: 'REFUNDING', refunds }),
    command: ask('RefundPayment', { orderId, paymentId, amount: payment.amount, reason }, refunds),
  };
}

function reasonOf({ undoReason }: Fulfilment): string {
  return undoReason ?? 'fulfilment_undone';
}
