import type { QueryConfig } from 'pg';

/** If it returns a row, this was the first call with the key. If it returns no row, a call was dropped before. */
const text = `
  INSERT INTO payment_provider.dropped_calls (idempotency_key) VALUES ($1)
  ON CONFLICT (idempotency_key) DO NOTHING
  RETURNING idempotency_key`;

export function recordDroppedCall(idempotencyKey: string): QueryConfig {
  return { name: 'record-dropped-call', text, values: [idempotencyKey] };
}
