import { handled, ignored, type Handled } from '@tidemark/process-manager';
import type { Fulfilment } from './fulfilment';
import type { On } from './fulfilment-inputs';
import { cancelled, fulfilled } from './order-reactions';
import { refunded } from './payment-reactions';
import { markedShipped, released, shipped } from './stock-reactions';
import { unwind } from './unwind';

/** Money and goods go back. Why is on record with who asked for it; customers see only this. */
export const undoByForce: On<'force_compensate'> = (fulfilment) =>
  unwind({ ...fulfilment, undoReason: 'cancelled_by_shop', isForced: true }, 'forced', ['dispatch_deadline']);

type Settle = (fulfilment: Fulfilment, subject: string) => Handled<Fulfilment>;

/**
 * What a person can have done in another way, by the first part of the command's step. Everything else is missing for a
 * reason: whether money was taken, stock reserved or a parcel sent is a fact that can be found out, and not skipped.
 */
const settledByHand: Readonly<Partial<Record<string, Settle>>> = {
  release_inventory: released,
  refund_payment: refunded,
  cancel_order: cancelled,
  ship_inventory: shipped,
  mark_order_shipped: markedShipped,
  mark_order_delivered: fulfilled,
  reject_cancellation: (fulfilment) => handled('the order was told', fulfilment),
};

/** Goes on as if the answers to what is unanswered had come; with nothing unanswered, as if the refund had not failed. */
export const goOnWithout: On<'skip'> = (fulfilment, { unanswered }) => {
  const failed = fulfilment.payments.filter(({ status }) => status === 'REFUND_FAILED');
  const given =
    unanswered.length > 0 ? unanswered : failed.map(({ paymentId }) => `refund_payment:${paymentId}`);
  let result: Handled<Fulfilment> = handled('', fulfilment);
  const actions: string[] = [];
  for (const step of given) {
    const [name = '', subject = ''] = step.split(':');
    const settle = settledByHand[name];
    if (!settle) {
      return ignored;
    }
    const next = settle(result.state, subject);
    actions.push(`${step}, ${next.action}`);
    result = { ...next, commands: [...result.commands, ...next.commands] };
  }
  return given.length === 0
    ? ignored
    : { ...result, action: `settled by hand: ${actions.join('; ')}`, cancelTimers: ['refund_retry'] };
};
