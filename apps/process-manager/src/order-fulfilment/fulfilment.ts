import type { Money } from '@tidemark/kernel/money';
import {
  owesCompensation,
  type CompensationStack,
  type StuckReason,
  type ProcessStatus,
} from '@tidemark/process-manager';

/** The stages that can be undone. While a stage is being undone, the fulfilment is in the step of the same name. */
export type UndoStage = 'cancelling_order' | 'refunding_payment' | 'releasing_stock' | 'cancelling_shipment';

export type FulfilmentStep =
  | 'not_started'
  | 'capturing_payment'
  | 'payment_expired'
  | 'paying_order'
  | 'reserving_stock'
  | 'creating_shipment'
  | 'awaiting_dispatch'
  | 'shipping'
  | 'awaiting_delivery'
  | 'delivering'
  | 'fulfilled'
  | UndoStage
  | 'compensated';

export type PaymentStatus =
  | 'CAPTURING'
  /** It is not known yet whether the money was taken. */
  | 'EXPIRED'
  | 'FAILED'
  | 'CAPTURED'
  | 'REFUNDING'
  /** The provider refused; the refund is requested again later. */
  | 'REFUND_FAILED'
  /** The provider refused too often: an operator must act. */
  | 'REFUND_GIVEN_UP'
  | 'REFUNDED'
  /** An operator recorded it; the log has no event for it. */
  | 'REFUNDED_BY_HAND'
  /** The provider refunded as well: an operator must act. */
  | 'REFUNDED_TWICE';

export interface PaymentAttempt {
  readonly paymentId: string;
  readonly amount: Money;
  /** RFC 3339. Money taken later than that is refunded. */
  readonly expiresAt: string;
  readonly status: PaymentStatus;
  /** How often its refund was requested. */
  readonly refunds: number;
  /** Why the last refund was refused. */
  readonly refusal?: string;
}

export type ReservationStatus = 'REQUESTED' | 'RESERVED' | 'FAILED' | 'RELEASING' | 'RELEASED' | 'SHIPPED';

export interface Reservation {
  readonly productId: string;
  readonly quantity: number;
  readonly status: ReservationStatus;
}

/** The fulfilment of one order, from the first payment to its end. It is stored as JSON. */
export interface Fulfilment {
  readonly orderId: string;
  readonly step: FulfilmentStep;
  readonly customerId?: string;
  /** Oldest first. The last payment may pay the order; money of earlier payments is refunded. */
  readonly payments: readonly PaymentAttempt[];
  readonly reservations: readonly Reservation[];
  readonly compensations: CompensationStack<UndoStage>;
  /** The reason for undoing the fulfilment. */
  readonly undoReason?: string | undefined;
  /** An operator forced the undoing; the order did not request a cancellation. */
  readonly isForced?: true | undefined;
  readonly isMarkedShipped?: boolean;
  readonly isDispatchOverdue?: boolean;
  readonly lastError?: string | undefined;
}

export function newFulfilment(orderId: string): Fulfilment {
  return { orderId, step: 'not_started', payments: [], reservations: [], compensations: [] };
}

/** Not final while money may still have to be refunded. */
export function fulfilmentStatus(fulfilment: Fulfilment): ProcessStatus {
  switch (fulfilment.step) {
    case 'not_started':
    case 'capturing_payment':
    case 'paying_order':
    case 'reserving_stock':
    case 'creating_shipment':
    case 'awaiting_dispatch':
    case 'shipping':
    case 'awaiting_delivery':
    case 'delivering':
      return 'RUNNING';
    case 'payment_expired':
    case 'cancelling_shipment':
    case 'releasing_stock':
    case 'refunding_payment':
    case 'cancelling_order':
      return 'COMPENSATING';
    case 'fulfilled':
      return owes(fulfilment) ? 'RUNNING' : 'COMPLETED';
    case 'compensated':
      return owes(fulfilment) ? 'COMPENSATING' : 'COMPENSATED';
    default:
      return fulfilment.step satisfies never;
  }
}

/** The statuses of payments whose money must still be refunded. */
export const refundsWanted: readonly PaymentStatus[] = ['REFUNDING', 'REFUND_FAILED', 'REFUND_GIVEN_UP'];

/** The reason why only an operator can settle the fulfilment, if there is one. */
export function fulfilmentGivenUp({ payments }: Fulfilment): StuckReason | undefined {
  const twice = payments.find(({ status }) => status === 'REFUNDED_TWICE');
  if (twice) {
    const message = `refunded_twice: payment ${twice.paymentId}, by hand and by the provider`;
    return { code: 'refunded_twice', message };
  }
  const refused = payments.find(({ status }) => status === 'REFUND_GIVEN_UP');
  return refused && { code: 'compensation_failed', message: `refund_failed: ${refused.refusal}` };
}

function owes({ compensations, payments }: Fulfilment): boolean {
  const unsettled: readonly PaymentStatus[] = ['CAPTURING', 'EXPIRED', ...refundsWanted];
  return owesCompensation(compensations) || payments.some(({ status }) => unsettled.includes(status));
}

export function currentPayment({ payments }: Fulfilment): PaymentAttempt | undefined {
  return payments.at(-1);
}

export function paymentOf({ payments }: Fulfilment, paymentId: string): PaymentAttempt | undefined {
  return payments.find((payment) => payment.paymentId === paymentId);
}

export function withPayment(
  fulfilment: Fulfilment,
  paymentId: string,
  change: Partial<PaymentAttempt>,
): Fulfilment {
  const payments = fulfilment.payments.map((payment) =>
    payment.paymentId === paymentId ? { ...payment, ...change } : payment,
  );
  return { ...fulfilment, payments };
}

export function withReservation(
  fulfilment: Fulfilment,
  productId: string,
  status: ReservationStatus,
): Fulfilment {
  const reservations = fulfilment.reservations.map((reservation) =>
    reservation.productId === productId ? { ...reservation, status } : reservation,
  );
  return { ...fulfilment, reservations };
}
