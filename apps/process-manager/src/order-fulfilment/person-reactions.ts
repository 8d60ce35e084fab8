import { handled, ignored, type Handled } from '@tidemark/process-manager';
import { withPayment, type Fulfilment, type PaymentStatus } from './fulfilment';
import type { On } from './fulfilment-inputs';
import { cancelled, fulfilled } from './order-reactions';
import { refunded } from './payment-reactions';
import { markedShipped } from './stock-reactions';
import { unwind } from './unwind';

/**
 * Undoes the fulfilment, so that money and goods are returned. The history has the reason and the operator; customers
 * see only this text.
 */
export const undoByForce: On<'force_compensate'> = (fulfilment) =>
  unwind({ ...fulfilment, undoReason: 'cancelled_by_shop', isForced: true }, 'forced', ['dispatch_deadline']);

type Settle = (fulfilment: Fulfilment, subject: string) => Handled<Fulfilment>;

/**
 * The commands that an operator may skip, by the first part of their step: those that only mark the order's status. All
 * other commands are left out on purpose. They move money, stock or a parcel. Whether they were carried out can be
 * found out, and must not be guessed. Above all, an unanswered refund may still be in a queue and be carried out.
 */
const marks: Readonly<Partial<Record<string, Settle>>> = {
  cancel_order: cancelled,
  mark_order_shipped: markedShipped,
  mark_order_delivered: fulfilled,
  reject_cancellation: (fulfilment) => handled('the order was told', fulfilment),
};

/**
 * The failed refunds that an operator may skip. None is still in progress, because the log has the provider's answers.
 */
const givenUp: Readonly<Partial<Record<PaymentStatus, Settle>>> = {
  REFUND_GIVEN_UP: (fulfilment, paymentId) => refunded(fulfilment, paymentId, 'REFUNDED_BY_HAND'),
  REFUNDED_TWICE: (fulfilment, paymentId) =>
    handled('one of the two is back', withPayment(fulfilment, paymentId, { status: 'REFUNDED' })),
};

/** Continues as if the unanswered commands had been answered and the abandoned refunds had not failed. */
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
