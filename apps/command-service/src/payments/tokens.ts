/** The token of the `PaymentProvider`. */
export const PAYMENT_PROVIDER = Symbol('payment provider');

/** The token of the number of milliseconds after which a requested payment expires. */
export const PAYMENT_EXPIRY_MS = Symbol('payment expiry');

/** The token of the pool that the provider's ledger is on. */
export const PAYMENT_PROVIDER_POOL = Symbol('payment provider pool');
