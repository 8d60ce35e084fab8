import type { QueryConfig } from 'pg';

/**
 * Serialises the refunds of one charge until the end of the database transaction. It is an advisory lock, because a row
 * lock needs the right to UPDATE, which no role has on the ledger.
 */
const text = `SELECT pg_advisory_xact_lock(hashtextextended('payment_provider:' || $1::text, 0))`;

export function lockTransaction(transactionId: string): QueryConfig {
  return { name: 'lock-transaction', text, values: [transactionId] };
}
