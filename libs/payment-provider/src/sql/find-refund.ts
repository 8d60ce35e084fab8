import type { QueryConfig } from 'pg';
import { refundColumns } from './refund-row';

const text = `SELECT ${refundColumns} FROM payment_provider.refunds WHERE idempotency_key = $1`;

export function findRefund(idempotencyKey: string): QueryConfig {
  return { name: 'find-refund', text, values: [idempotencyKey] };
}
