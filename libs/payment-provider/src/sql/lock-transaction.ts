import type { QueryConfig } from 'pg';

/**
 * Until the end of the database transaction, refunds of one charge follow one another. An advisory lock, since a row
 * lock needs the right to UPDATE, which no role has on the ledger.
 */
const text = `SELECT pg_advisory_xact_lock(hashtextextended('payment_provider:' || $1::text, 0))`;

export function lockTransaction(transactionId: string): QueryConfig {
  return { name: 'lock-transaction', text, values: [transactionId] };
}
