import { Fault } from '@tidemark/kernel';

/** The provider did not answer in time. Money may or may not have moved: ask again with the same key. */
export class ProviderTimeoutError extends Fault {
  readonly code = 'payment_provider_timeout';
  readonly retryable = true;

  constructor(
    readonly idempotencyKey: string,
    readonly timeoutMs: number,
  ) {
    super(`the payment provider did not answer ${idempotencyKey} within ${timeoutMs} ms`);
  }
}

/** The provider can't be reached at the moment. Whether money moved is unknown: ask again with the same key. */
export class ProviderUnavailableError extends Fault {
  readonly code = 'payment_provider_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the payment provider is unavailable', { cause });
  }
}

/**
 * One key was used for two different movements of money. That is a mistake of the caller, which no repeat can correct.
 */
export class IdempotencyKeyReusedError extends Fault {
  readonly code = 'payment_idempotency_key_reused';
  readonly retryable = false;

  constructor(readonly idempotencyKey: string) {
    super(`${idempotencyKey} was already used for another charge or refund`);
  }
}
