import type { QueryConfig } from 'pg';
import { chargeColumns } from './charge-row';

const byKey = `SELECT ${chargeColumns} FROM payment_provider.charges WHERE idempotency_key = $1`;
const byTransaction = `SELECT ${chargeColumns} FROM payment_provider.charges WHERE transaction_id = $1`;

export function findChargeByKey(idempotencyKey: string): QueryConfig {
  return { name: 'find-charge-by-key', text: byKey, values: [idempotencyKey] };
}

export function findChargeByTransaction(transactionId: string): QueryConfig {
  return { name: 'find-charge-by-transaction', text: byTransaction, values: [transactionId] };
}
