import type { QueryConfig } from 'pg';

export interface SumRefundsRow {
  readonly refunded: number;
}

const text = `
  SELECT coalesce(sum(amount), 0)::bigint AS refunded FROM payment_provider.refunds
  WHERE transaction_id = $1 AND decline_reason IS NULL`;

export function sumRefunds(transactionId: string): QueryConfig {
  return { name: 'sum-refunds', text, values: [transactionId] };
}
