/** One refund as the ledger holds it. `decline_reason` is null when the money was given back. */
export interface RefundRow {
  readonly refund_id: string;
  readonly transaction_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly decline_reason: string | null;
}

export const refundColumns = 'refund_id, transaction_id, amount, currency, decline_reason';
