/** One charge as the ledger holds it. `decline_reason` is null when the money was taken. */
export interface ChargeRow {
  readonly transaction_id: string;
  readonly card_token: string;
  readonly amount: number;
  readonly currency: string;
  readonly decline_reason: string | null;
}

export const chargeColumns = 'transaction_id, card_token, amount, currency, decline_reason';
