import {
  completeCompensation,
  deferred,
  dropCompensation,
  handled,
  ignored,
  pushCompensation,
  pushCompensationBelow,
  type Handled,
  type ProcessCommand,
  type Reaction,
} from '@tidemark/process-manager';
import {
  currentPayment,
  paymentOf,
  refundsWanted,
  withPayment,
  type Fulfilment,
  type PaymentAttempt,
} from './fulfilment';
import { ask } from './fulfilment-commands';
import { refundRetryOf } from './fulfilment-event';
import type { On } from './fulfilment-inputs';
import { later, type FulfilmentSettings } from './fulfilment-settings';
import { refund, unwind } from './unwind';

/** The reason to refund the money of an attempt that has expired or that another attempt has replaced. */
const tooLate = 'captured_too_late';

export const startPayment: On<'PaymentRequested'> = (fulfilment, { event }) => {
  const { paymentId, customerId, amount, expiresAt } = event.data;
  if (paymentOf(fulfilment, paymentId)) {
    return ignored;
  }
  const expired = withoutCurrentPayment(fulfilment);
  const state: Fulfilment = {
    ...expired,
    step: 'capturing_payment',
    customerId,
    payments: [...expired.payments, { paymentId, amount, expiresAt, status: 'CAPTURING', refunds: 0 }],
    compensations: pushCompensation(expired.compensations, 'refunding_payment', paymentId),
    // The event belongs to an earlier attempt, which is over.
    undoReason: undefined,
    lastError: undefined,
  };
  return handled('capture the payment', state, {
    commands: [ask('CapturePayment', { orderId: fulfilment.orderId, paymentId })],
    timers: [{ name: 'payment_deadline', dueAt: expiresAt }],
  });
};

/** The previous attempt may still turn out to have taken the money, but it no longer decides about the order. */
function withoutCurrentPayment(fulfilment: Fulfilment): Fulfilment {
  const current = currentPayment(fulfilment);
  if (current?.status !== 'CAPTURING' && current?.status !== 'EXPIRED') {
    return fulfilment;
  }
  return {
    ...withPayment(fulfilment, current.paymentId, { status: 'EXPIRED' }),
    compensations: dropCompensation(fulfilment.compensations, 'refunding_payment', current.paymentId),
  };
}

export const paymentCaptured: On<'PaymentCaptured'> = (fulfilment, input) => {
  const { paymentId, amount } = input.event.data;
  const payment = paymentOf(fulfilment, paymentId);
  if (!payment || payment !== currentPayment(fulfilment)) {
    return refundStrayCapture(fulfilment, input);
  }
  const captured = withPayment(fulfilment, paymentId, { status: 'CAPTURED', amount });
  // The time of the capture decides, so that a customer does not lose the order because this process was down.
  if (Date.parse(input.at) > Date.parse(payment.expiresAt)) {
    return unwind({ ...captured, undoReason: tooLate, lastError: tooLate }, 'captured too late', [
      'payment_deadline',
    ]);
  }
  const state: Fulfilment = {
    ...captured,
    step: 'paying_order',
    // The cancellation goes below the refund, so that an order shows as cancelled only after its money was refunded.
    compensations: pushCompensationBelow(captured.compensations, 'cancelling_order', fulfilment.orderId),
  };
  return handled('pay the order', state, {
    commands: [ask('PayOrder', { orderId: fulfilment.orderId, paymentId, amount })],
    cancelTimers: ['payment_deadline'],
  });
};

/** The reaction in every step in which the order does not wait for money. */
export const refundStrayCapture: On<'PaymentCaptured'> = (fulfilment, { event }) => {
  const { paymentId, amount } = event.data;
  if (paymentOf(fulfilment, paymentId)?.status !== 'EXPIRED') {
    return ignored;
  }
  const captured = withPayment(fulfilment, paymentId, { status: 'CAPTURED', amount });
  const { fulfilment: state, command } = refund(captured, paymentId, tooLate);
  return handled('captured too late: refund it', state, { commands: [command] });
};

export const paymentFailed: On<'PaymentFailed'> = (fulfilment, input) => {
  const { paymentId, cause, reason } = input.event.data;
  if (paymentId !== currentPayment(fulfilment)?.paymentId) {
    return strayPaymentFailed(fulfilment, input);
  }
  const failed = withPayment(fulfilment, paymentId, { status: cause === 'EXPIRED' ? 'EXPIRED' : 'FAILED' });
  if (cause === 'EXPIRED') {
    return handled('the payment expired: await its outcome', {
      ...failed,
      step: 'payment_expired',
      lastError: reason,
    });
  }
  const state: Fulfilment = {
    ...failed,
    step: 'compensated',
    compensations: dropCompensation(failed.compensations, 'refunding_payment', paymentId),
    lastError: `payment_failed: ${reason}`,
  };
  return handled('nothing to undo', state, { cancelTimers: ['payment_deadline'] });
};

/** The reaction in every step in which the order does not wait for money. */
export const strayPaymentFailed: On<'PaymentFailed'> = (fulfilment, { event }) => {
  const { paymentId, cause } = event.data;
  if (cause === 'EXPIRED' || paymentOf(fulfilment, paymentId)?.status !== 'EXPIRED') {
    return ignored;
  }
  return handled('no money was taken', withPayment(fulfilment, paymentId, { status: 'FAILED' }));
};

export const paymentExpired: On<'payment_deadline'> = (fulfilment) => {
  const { paymentId } = currentPayment(fulfilment)!;
  const state = withPayment(fulfilment, paymentId, { status: 'EXPIRED' });
  return handled('the payment expired: await its outcome', {
    ...state,
    step: 'payment_expired',
    lastError: 'payment_expired',
  });
};

export const paymentRefunded: On<'PaymentRefunded'> = (fulfilment, { event }) => {
  const { paymentId } = event.data;
  const status = paymentOf(fulfilment, paymentId)?.status;
  if (status === 'REFUNDED_BY_HAND') {
    return handled('refunded twice', withPayment(fulfilment, paymentId, { status: 'REFUNDED_TWICE' }));
  }
  if (status && refundsWanted.includes(status)) {
    return refunded(fulfilment, paymentId);
  }
  return status === 'CAPTURED' ? deferred : ignored;
};

export function refunded(
  fulfilment: Fulfilment,
  paymentId: string,
  status: 'REFUNDED' | 'REFUNDED_BY_HAND' = 'REFUNDED',
): Handled<Fulfilment> {
  const state: Fulfilment = {
    ...withPayment(fulfilment, paymentId, { status }),
    compensations: completeCompensation(fulfilment.compensations, 'refunding_payment', paymentId),
  };
  return fulfilment.step === 'refunding_payment' && paymentId === currentPayment(fulfilment)?.paymentId
    ? unwind(state, 'refunded')
    : handled('refunded', state);
}

/** Requests the refund again a few times, then leaves it to an operator. Until then, the money stays owed. */
export function paymentRefundFailed({
  refundAttempts,
  refundRetryMs,
}: FulfilmentSettings): On<'PaymentRefundFailed'> {
  return (fulfilment, { event, at }): Reaction<Fulfilment> => {
    const { paymentId, reason } = event.data;
    const payment = paymentOf(fulfilment, paymentId);
    if (payment?.status !== 'REFUNDING') {
      return payment?.status === 'CAPTURED' ? deferred : ignored;
    }
    const isLast = payment.refunds >= refundAttempts;
    const status = isLast ? 'REFUND_GIVEN_UP' : 'REFUND_FAILED';
    const state: Fulfilment = {
      ...withPayment(fulfilment, paymentId, { status, refusal: reason }),
      lastError: `refund_failed: ${reason}`,
    };
    if (isLast) {
      return handled('parked: the refund fails', state);
    }
    const dueAt = later(at, refundRetryMs * 2 ** (payment.refunds - 1));
    return handled('ask for the refund again, later', state, {
      timers: [{ name: refundRetryOf(paymentId), dueAt }],
    });
  };
}

export const refundAgain: On<'refund_retry'> = (fulfilment, { name }) =>
  askAgain(
    fulfilment,
    fulfilment.payments.filter(({ paymentId }) => refundRetryOf(paymentId) === name),
  );

/** Requests all unfinished refunds again, because an operator asked for a retry. */
export const refundAllAgain: On<'retry'> = (fulfilment) => askAgain(fulfilment, fulfilment.payments);

function askAgain(
  fulfilment: Fulfilment,
  payments: readonly PaymentAttempt[],
): Handled<Fulfilment> | typeof ignored {
  const failed = payments.filter(({ status }) => status === 'REFUND_FAILED' || status === 'REFUND_GIVEN_UP');
  if (failed.length === 0) {
    return ignored;
  }
  let state = fulfilment;
  const commands: ProcessCommand[] = [];
  for (const { paymentId } of failed) {
    const asked = refund(state, paymentId, fulfilment.undoReason ?? tooLate);
    state = asked.fulfilment;
    commands.push(asked.command);
  }
  const cancelTimers = failed.map(({ paymentId }) => refundRetryOf(paymentId));
  return handled('ask for the refund again', state, { commands, cancelTimers });
}
