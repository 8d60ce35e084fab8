import type { QueryConfig } from 'pg';
import { refundColumns } from './refund-row';

export interface RecordRefundParameters {
  readonly idempotencyKey: string;
  readonly refundId: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly currency: string;
  readonly declineReason: string | undefined;
}

/** It runs under the transaction's lock, so the key is certainly new. */
const text = `
  INSERT INTO payment_provider.refunds (idempotency_key, refund_id, transaction_id, amount, currency, decline_reason)
  VALUES ($1, $2, $3, $4, $5, $6)
  RETURNING ${refundColumns}`;

export function recordRefund(p: RecordRefundParameters): QueryConfig {
  return {
    name: 'record-refund',
    text,
    values: [p.idempotencyKey, p.refundId, p.transactionId, p.amount, p.currency, p.declineReason],
  };
}
