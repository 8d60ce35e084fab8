import type { CustomerId } from '@tidemark/customers';
import type { Aggregate } from '@tidemark/kernel';
import type { Money } from '@tidemark/kernel/money';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '../payment-id';
import { paymentContracts, type PaymentEvent } from './events';
import type { PaymentMethod } from './payment-method';

interface Attempt {
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly amount: Money;
  readonly method: PaymentMethod;
  readonly expiresAt: string;
}

interface Captured {
  readonly transactionId: string;
  /** 0 <= refunded <= amount */
  readonly refunded: Money;
  readonly refundIds: readonly string[];
  /** How often the provider refused to refund this attempt. */
  readonly refusals: number;
}

/** REQUESTED → CAPTURED → REFUNDED, or REQUESTED → FAILED. The provider's later answer decides what follows EXPIRED. */
export type PaymentAttempt =
  | ({ readonly status: 'REQUESTED' | 'EXPIRED' | 'FAILED' } & Attempt)
  | ({ readonly status: 'CAPTURED' | 'REFUNDED' } & Attempt & Captured);

/** All attempts to pay one order, oldest first. */
export interface PaymentState {
  readonly attempts: readonly PaymentAttempt[];
}

/** Stream `Payment-<orderId>`. */
export const payment: Aggregate<PaymentState, PaymentEvent, CustomerId> = {
  streamType: 'Payment',
  initial: { attempts: [] },
  evolve,
  partitionKeyOf: ({ data }) => data.customerId,
  contracts: paymentContracts,
  stateVersion: 2,
};

export function attemptOf(state: PaymentState, paymentId: PaymentId): PaymentAttempt | undefined {
  return state.attempts.find((attempt) => attempt.paymentId === paymentId);
}

function evolve(state: PaymentState, event: PaymentEvent): PaymentState {
  if (event.type === 'PaymentRequested') {
    return { attempts: [...state.attempts, { status: 'REQUESTED', ...event.data }] };
  }
  return {
    attempts: state.attempts.map((attempt) =>
      attempt.paymentId === event.data.paymentId ? evolveAttempt(attempt, event) : attempt,
    ),
  };
}

type AttemptEvent = Exclude<PaymentEvent, { type: 'PaymentRequested' }>;

function evolveAttempt(attempt: PaymentAttempt, event: AttemptEvent): PaymentAttempt {
  switch (event.type) {
    case 'PaymentCaptured':
      return {
        ...attempt,
        status: 'CAPTURED',
        transactionId: event.data.transactionId,
        refunded: { amount: 0, currency: attempt.amount.currency },
        refundIds: [],
        refusals: 0,
      };
    case 'PaymentFailed':
      return { ...attempt, status: event.data.cause === 'EXPIRED' ? 'EXPIRED' : 'FAILED' };
    case 'PaymentRefunded': {
      if (attempt.status !== 'CAPTURED') {
        return attempt;
      }
      const { totalRefunded, refundId } = event.data;
      return {
        ...attempt,
        status: totalRefunded.amount === attempt.amount.amount ? 'REFUNDED' : 'CAPTURED',
        refunded: totalRefunded,
        refundIds: [...attempt.refundIds, refundId],
      };
    }
    case 'PaymentRefundFailed':
      return attempt.status === 'CAPTURED' && event.data.cause === 'PROVIDER_REFUSED'
        ? { ...attempt, refusals: attempt.refusals + 1 }
        : attempt;
    default:
      return event satisfies never;
  }
}
