import { createPool, type PoolOptions } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { Logger } from '../../logger';

/** The connections of a sender or a receiver. A statement that takes longer than 5 s fails. */
export function queuePool(options: PoolOptions, logger: Logger): Pool {
  return createPool({
    statementTimeoutMs: 5_000,
    onIdleError: (err) =>
      logger.warn({ err }, 'lost an idle database connection; the pool opens another when needed'),
    ...options,
  });
}
