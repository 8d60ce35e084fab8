import type { QueryConfig } from 'pg';
import { chargeColumns } from './charge-row';

export interface RecordChargeParameters {
  readonly idempotencyKey: string;
  readonly transactionId: string;
  readonly cardToken: string;
  readonly amount: number;
  readonly currency: string;
  readonly declineReason: string | undefined;
}

/**
 * If it returns no row, the key is known. A second statement then reads the answer to the key. It sees the transaction
 * for which this statement waited.
 */
const text = `
  INSERT INTO payment_provider.charges (idempotency_key, transaction_id, card_token, amount, currency, decline_reason)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (idempotency_key) DO NOTHING
  RETURNING ${chargeColumns}`;

export function recordCharge(p: RecordChargeParameters): QueryConfig {
  return {
    name: 'record-charge',
    text,
    values: [p.idempotencyKey, p.transactionId, p.cardToken, p.amount, p.currency, p.declineReason],
  };
}
