import type { Money } from '@tidemark/kernel/money';
import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from './payment-id';

export interface CaptureRequest {
  /** The key is the same for every attempt at this charge, so that the charge is made at most once. */
  readonly idempotencyKey: string;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly cardToken: string;
}

export type CaptureAnswer =
  | { readonly outcome: 'captured'; readonly transactionId: string }
  | { readonly outcome: 'declined'; readonly reason: string };

export interface RefundRequest {
  /**
   * The key is the same until the answer is recorded, so that the refund is made at most once. After a refusal, the
   * next request has a new key.
   */
  readonly idempotencyKey: string;
  readonly paymentId: PaymentId;
  /** The id of the captured charge. */
  readonly transactionId: string;
  readonly amount: Money;
}

export type RefundAnswer =
  | { readonly outcome: 'refunded'; readonly refundId: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * The port to the payment provider. Both calls return once the outcome is certain. They throw if it is not (a time-out,
 * a lost connection): money may or may not have moved. A repeat with the same key is safe and returns the outcome.
 */
export interface PaymentProvider {
  capture(request: CaptureRequest): Promise<CaptureAnswer>;
  refund(request: RefundRequest): Promise<RefundAnswer>;
}
