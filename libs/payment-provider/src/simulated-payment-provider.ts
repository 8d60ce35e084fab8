import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CaptureAnswer,
  CaptureRequest,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from '@tidemark/payments';
import { isUnavailable } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { behaviourOf } from './card-behaviour';
import { ProviderTimeoutError, ProviderUnavailableError } from './errors';
import { Ledger } from './ledger';

export interface SimulatedPaymentProviderOptions {
  /** Connections to the schema `payment_provider`, as `tidemark_payment_provider_runtime`. */
  readonly pool: Pool;
  /** How long a call that simulates a time-out hangs; 2,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * A payment provider without a bank. Its ledger shares nothing with the event log, so that tests can compare the two.
 * There is one charge per idempotency key, however often the caller crashes and repeats the request.
 *
 * A card's token determines its behaviour: `tok_ok`, `tok_declined`, `tok_timeout_once`, `tok_charged_then_timeout`,
 * `tok_refund_fails_once`. An unknown token is declined with `unknown_card_token`.
 */
export class SimulatedPaymentProvider implements PaymentProvider {
  private readonly ledger: Ledger;
  private readonly timeoutMs: number;

  constructor({ pool, timeoutMs = 2_000 }: SimulatedPaymentProviderOptions) {
    this.ledger = new Ledger(pool);
    this.timeoutMs = timeoutMs;
  }

  /** @throws ProviderTimeoutError, ProviderUnavailableError, IdempotencyKeyReusedError */
  async capture(request: CaptureRequest): Promise<CaptureAnswer> {
    const { idempotencyKey, amount, cardToken } = request;
    const behaviour = behaviourOf(cardToken);
    if (behaviour.kind === 'timeout_once' && (await this.ask(() => this.ledger.dropCall(idempotencyKey)))) {
      return this.timeOut(idempotencyKey);
    }
    const charge = await this.ask(() =>
      this.ledger.charge({
        idempotencyKey,
        transactionId: randomUUID(),
        cardToken,
        amount: amount.amount,
        currency: amount.currency,
        declineReason: behaviour.kind === 'decline' ? behaviour.reason : undefined,
      }),
    );
    if (behaviour.kind === 'charged_then_timeout' && charge.first) {
      return this.timeOut(idempotencyKey);
    }
    return charge.declineReason === undefined
      ? { outcome: 'captured', transactionId: charge.transactionId }
      : { outcome: 'declined', reason: charge.declineReason };
  }

  /** @throws ProviderUnavailableError, IdempotencyKeyReusedError */
  async refund({ idempotencyKey, transactionId, amount }: RefundRequest): Promise<RefundAnswer> {
    const refund = await this.ask(() =>
      this.ledger.refund({
        idempotencyKey,
        refundId: randomUUID(),
        transactionId,
        amount: amount.amount,
        currency: amount.currency,
      }),
    );
    return refund.declineReason === undefined
      ? { outcome: 'refunded', refundId: refund.refundId }
      : { outcome: 'refused', reason: refund.declineReason };
  }

  private async timeOut(idempotencyKey: string): Promise<never> {
    await delay(this.timeoutMs);
    throw new ProviderTimeoutError(idempotencyKey, this.timeoutMs);
  }

  private async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (error) {
      throw isUnavailable(error) ? new ProviderUnavailableError(error) : error;
    }
  }
}
