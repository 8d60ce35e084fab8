import type { QueryConfig } from 'pg';

export interface SumRefundsRow {
  readonly refunded: number;
  /** The number of refused refunds. */
  readonly refused: number;
}

const text = `
  SELECT coalesce(sum(amount) FILTER (WHERE decline_reason IS NULL), 0)::bigint AS refunded,
         count(decline_reason) AS refused
    FROM payment_provider.refunds
   WHERE transaction_id = $1`;

export function sumRefunds(transactionId: string): QueryConfig {
  return { name: 'sum-refunds', text, values: [transactionId] };
}
