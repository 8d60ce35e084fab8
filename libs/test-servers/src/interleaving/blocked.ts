import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ObservedWork } from './observed-work';

/**
 * Resolves with true as soon as the server says that `work` waits for a lock of `by`, and with false when `signal`
 * aborts before.
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
