import type { CaptureAnswer, CaptureRequest, RefundAnswer, RefundRequest } from '@tidemark/payments';
import type { LedgerLine } from '../../books/faults-in-books.fixture';

/** The provider did not answer: money may or may not have moved. A repeated request shows whether it has. */
export class NoAnswer extends Error {}

/** The part of the provider that the write side uses. */
export interface Provider {
  capture(request: CaptureRequest): CaptureAnswer;
  refund(request: RefundRequest): RefundAnswer;
}

const slownessMs = 16 * 60_000;

/**
 * A provider with a ledger, one answer per idempotency key. `tok_declined`, `tok_charged_then_timeout` and
 * `tok_refund_fails_once` behave as in `@tidemark/payment-provider`. `tok_slow` is charged 16 minutes after the first
 * call. Refunds to `tok_refund_fails` always fail. All other cards are charged at once.
 */
export class MemoryProvider implements Provider {
  readonly ledger: LedgerLine[] = [];
  private readonly answers = new Map<string, CaptureAnswer | RefundAnswer>();
  private readonly firstCalls = new Map<string, number>();
  private readonly cards = new Map<string, string>();

  constructor(private readonly now: () => number) {}

  capture({ idempotencyKey, amount, cardToken, paymentId }: CaptureRequest): CaptureAnswer {
    const isFirst = this.isFirstCall(idempotencyKey);
    if (cardToken === 'tok_slow' && this.now() < this.firstCalls.get(idempotencyKey)! + slownessMs) {
      throw new NoAnswer();
    }
    if (cardToken === 'tok_declined') {
      return { outcome: 'declined', reason: 'card_declined' };
    }
    const transactionId = `t-${paymentId}`;
    this.cards.set(transactionId, cardToken);
    const answer = this.once(idempotencyKey, () => {
      this.ledger.push({ kind: 'charge', transactionId, ...amount });
      return { outcome: 'captured', transactionId } as const;
    });
    if (cardToken === 'tok_charged_then_timeout' && isFirst) {
      throw new NoAnswer();
    }
    return answer;
  }

  refund({ idempotencyKey, transactionId, amount }: RefundRequest): RefundAnswer {
    return this.once<RefundAnswer>(idempotencyKey, () => {
      const card = this.cards.get(transactionId);
      const failsOnce = card === 'tok_refund_fails_once' && this.isFirstCall(transactionId);
      if (failsOnce || card === 'tok_refund_fails') {
        return { outcome: 'refused', reason: 'refund_refused' };
      }
      this.ledger.push({ kind: 'refund', transactionId, ...amount });
      return { outcome: 'refunded', refundId: `r-${this.ledger.length}` } as const;
    });
  }

  /** Computes the answer for a new key, and returns the first answer for a known key. */
  protected once<Answer extends CaptureAnswer | RefundAnswer>(key: string, act: () => Answer): Answer {
    const answer = (this.answers.get(key) as Answer | undefined) ?? act();
    this.answers.set(key, answer);
    return answer;
  }

  private isFirstCall(key: string): boolean {
    const isFirst = !this.firstCalls.has(key);
    if (isFirst) {
      this.firstCalls.set(key, this.now());
    }
    return isFirst;
  }
}
