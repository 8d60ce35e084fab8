import type {
  CaptureAnswer,
  CaptureRequest,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from '@tidemark/payments';
import type { Provider } from './memory-provider.fixture';

/**
 * The provider as one replica sees it while it handles one command. Other work may come between the decision to ask and
 * the request, and between the request and the arrival of the answer. A command that uses two keys moves money twice.
 */
export class WatchedProvider implements PaymentProvider {
  constructor(
    private readonly provider: Provider,
    private readonly commandId: string,
    /** For each command, the first key that any replica used. */
    private readonly keys: Map<string, string>,
    private readonly turn: (does: string) => Promise<void>,
    private readonly faults: string[],
  ) {}

  capture(request: CaptureRequest): Promise<CaptureAnswer> {
    return this.ask(request.idempotencyKey, () => this.provider.capture(request));
  }

  refund(request: RefundRequest): Promise<RefundAnswer> {
    return this.ask(request.idempotencyKey, () => this.provider.refund(request));
  }

  private async ask<Answer>(key: string, act: () => Answer): Promise<Answer> {
    await this.turn(`asks the provider under ${key}`);
    const first = this.keys.get(this.commandId) ?? key;
    this.keys.set(this.commandId, first);
    if (first !== key) {
      this.faults.push(`one command asks the provider under two keys: ${first}, ${key}`);
    }
    const answer = act();
    await this.turn('hears the answer of the provider');
    return answer;
  }
}
