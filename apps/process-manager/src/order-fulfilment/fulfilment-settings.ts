/**
 * The settings that an installation may choose. The expiry of a payment is not one of them: it is in the payment's
 * request.
 */
export interface FulfilmentSettings {
  /** How long a shipment may wait for its dispatch before it is flagged. Default 7 days. */
  readonly dispatchDeadlineMs: number;
  /** How often a refund is requested before an operator must act. Default 5. */
  readonly refundAttempts: number;
  /** The wait before a failed refund is requested again; doubles with each failure. Default 30 s. */
  readonly refundRetryMs: number;
}

export const defaultFulfilmentSettings: FulfilmentSettings = {
  dispatchDeadlineMs: 7 * 24 * 60 * 60 * 1_000,
  refundAttempts: 5,
  refundRetryMs: 30_000,
};

/** The instant that is `ms` later, in RFC 3339. */
export function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
