/** The token of the `PaymentProvider`. */
export const PAYMENT_PROVIDER = Symbol('payment provider');

/** The token of the pool that the provider's ledger is on. */
export const PAYMENT_PROVIDER_POOL = Symbol('payment provider pool');
