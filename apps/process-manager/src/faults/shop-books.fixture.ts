import type { TidemarkEvent } from '@tidemark/contracts';
import type { Pool } from 'pg';
import type { LedgerLine } from '../books/faults-in-books.fixture';

export async function logOf(database: Pool): Promise<readonly TidemarkEvent[]> {
  const { rows } = await database.query<TidemarkEvent>(
    'SELECT event_type AS type, event_data AS data FROM event_store.events ORDER BY partition, position',
  );
  return rows;
}

export async function ledgerOf(database: Pool): Promise<readonly LedgerLine[]> {
  const { rows } = await database.query<LedgerLine>(`
    SELECT 'charge' AS kind, transaction_id AS "transactionId", amount::integer AS amount, currency
      FROM payment_provider.charges WHERE decline_reason IS NULL
    UNION ALL
    SELECT 'refund', transaction_id, amount::integer, currency
      FROM payment_provider.refunds WHERE decline_reason IS NULL`);
  return rows;
}

/** Partitions of the log with gaps in their positions. */
export async function holesIn(database: Pool): Promise<readonly object[]> {
  const { rows } = await database.query<object>(`
    SELECT p.partition FROM event_store.partitions p LEFT JOIN event_store.events e USING (partition)
    GROUP BY p.partition, p.head HAVING p.head <> count(e) OR coalesce(max(e.position), 0) <> count(e)`);
  return rows;
}
