/** What an installation may choose. When a payment expires is the payment's own matter: its request says it. */
export interface FulfilmentSettings {
  /** How long a shipment may wait for its dispatch before it is flagged. Default 7 days. */
  readonly dispatchDeadlineMs: number;
  /** How often a refund is asked for before a person has to look. Default 5. */
  readonly refundAttempts: number;
  /** The wait before a refund that failed is asked for again; doubles with each. Default 30 s. */
  readonly refundRetryMs: number;
}

export const defaultFulfilmentSettings: FulfilmentSettings = {
  dispatchDeadlineMs: 7 * 24 * 60 * 60 * 1_000,
  refundAttempts: 5,
  refundRetryMs: 30_000,
};

/** RFC 3339, so much later. */
export function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
