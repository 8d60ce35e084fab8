/** The `Clock` that commands are decided by. */
export const CLOCK = Symbol('clock');

/** The `PaymentProvider`. */
export const PAYMENT_PROVIDER = Symbol('payment provider');

/** The connection pool of the provider's ledger. */
export const PAYMENT_PROVIDER_POOL = Symbol('payment provider pool');

/** After how many milliseconds a payment that was asked for expires. */
export const PAYMENT_EXPIRY_MS = Symbol('payment expiry');
