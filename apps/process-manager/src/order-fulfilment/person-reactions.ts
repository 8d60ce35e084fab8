import { handled, ignored, type Handled } from '@tidemark/process-manager';
import { withPayment, type Fulfilment, type PaymentStatus } from './fulfilment';
import type { On } from './fulfilment-inputs';
import { cancelled, fulfilled } from './order-reactions';
import { refunded } from './payment-reactions';
import { markedShipped } from './stock-reactions';
import { unwind } from './unwind';

/** Money and goods go back. Why is on record with who asked for it; customers see only this. */
export const undoByForce: On<'force_compensate'> = (fulfilment) =>
  unwind({ ...fulfilment, undoReason: 'cancelled_by_shop', isForced: true }, 'forced', ['dispatch_deadline']);

type Settle = (fulfilment: Fulfilment, subject: string) => Handled<Fulfilment>;

/**
 * What an order can do without, by the first part of the command's step: its marks. Everything else is missing for a
 * reason: whether money was taken or given back, stock reserved, released or shipped, or a parcel sent is a fact that can
 * be found out, and not skipped. Above all a refund without an answer, whose command may lie in a queue and be carried out.
 */
const marks: Readonly<Partial<Record<string, Settle>>> = {
  cancel_order: cancelled,
  mark_order_shipped: markedShipped,
  mark_order_delivered: fulfilled,
  reject_cancellation: (fulfilment) => handled('the order was told', fulfilment),
};

/** Nothing of these is under way any more: the log has the provider's answers. */
const givenUp: Readonly<Partial<Record<PaymentStatus, Settle>>> = {
  REFUND_GIVEN_UP: (fulfilment, paymentId) => refunded(fulfilment, paymentId, 'REFUNDED_BY_HAND'),
  REFUNDED_TWICE: (fulfilment, paymentId) =>
    handled('one of the two is back', withPayment(fulfilment, paymentId, { status: 'REFUNDED' })),
};

/** Goes on as if the answers to what is unanswered had come, and the refunds that were given up had not failed. */
export const goOnWithout: On<'skip'> = (fulfilment, { unanswered }) => {
  const matters = [
    ...unanswered.map((step) => ({ step, settle: marks[step.split(':')[0]!] })),
    ...fulfilment.payments
      .filter(({ status }) => status in givenUp)
      .map(({ paymentId, status }) => ({ step: `refund_payment:${paymentId}`, settle: givenUp[status] })),
  ];
  let result: Handled<Fulfilment> = handled('', fulfilment);
  const actions: string[] = [];
  for (const { step, settle } of matters) {
    if (!settle) {
      return ignored;
    }
    const next = settle(result.state, step.split(':')[1]!);
    actions.push(`${step}, ${next.action}`);
    result = { ...next, commands: [...result.commands, ...next.commands] };
  }
  return matters.length === 0 ? ignored : { ...result, action: `settled by hand: ${actions.join('; ')}` };
};
