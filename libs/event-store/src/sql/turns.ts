import type { QueryConfig } from 'pg';

/** The first key of the advisory locks on streams; migration 0004 has the same number. "turn" in ASCII. */
const lockClass = 0x7475726e;

/**
 * A condition of an append: nobody else has, or waits for, a turn on the stream. It holds until the append's transaction ends,
 * and never waits, since an append may have locked its partition's head already.
 */
export const noTurnOf = (streamId: string): string =>
  `pg_try_advisory_xact_lock_shared(${lockClass}, hashtext(${streamId}))`;

/**
 * In an order that all processes have in common, so that none waits for another in a circle. The shared lock is for the turn's
 * own append: Postgres refuses even the holder of the exclusive one a `try` for it as soon as another process waits.
 */
const text = `
  SELECT pg_advisory_xact_lock(${lockClass}, key), pg_advisory_xact_lock_shared(${lockClass}, key)
  FROM (SELECT DISTINCT hashtext(stream_id) AS key FROM unnest($1::text[]) AS stream_id ORDER BY key) AS keys`;

/** Waits for the streams' turns, which last until the end of the transaction. Postgres grants them in order of arrival. */
export function takeTurns(streamIds: readonly string[]): QueryConfig {
  return { name: 'take-turns', text, values: [streamIds] };
}
