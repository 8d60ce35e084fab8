import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ObservedWork } from './observed-work';

/**
 * Resolves with true when `work` waits for a lock that `by` has, as the server sees it, and with false when `signal`
 * says that nobody wants to know any more.
 */
export async function untilBlocked(
  server: Pool,
  work: ObservedWork,
  by: ObservedWork,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const { rows } = await server.query<{ readonly blocked: boolean }>({
      name: 'is-blocked',
      text: 'SELECT coalesce(bool_or(pg_blocking_pids(pid) && $2), false) AS blocked FROM unnest($1::integer[]) pid',
      values: [work.backends, by.backends],
    });
    if (rows[0]!.blocked) {
      return true;
    }
    await turn();
  }
  return false;
}
