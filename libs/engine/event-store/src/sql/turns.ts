import type { QueryConfig } from 'pg';

/** The first key of the advisory locks on streams: "turn" in ASCII. Migration 0004 repeats the number. */
const lockClass = 0x7475726e;

/**
 * A condition of an append: no other transaction has, or waits for, a turn on the stream. Once true, it holds until the
 * append's transaction ends. It never waits, because the append may have locked its partition's head already.
 */
export const noTurnOf = (streamId: string): string =>
  `pg_try_advisory_xact_lock_shared(${lockClass}, hashtext(${streamId}))`;

/**
 * All processes take the locks in the same order, so that they never deadlock. The shared lock is for the turn's own
 * append. As soon as another process waits, Postgres refuses a `try` for a shared lock even to the holder of the
 * exclusive lock.
 */
const text = `
  SELECT pg_advisory_xact_lock(${lockClass}, key), pg_advisory_xact_lock_shared(${lockClass}, key)
  FROM (SELECT DISTINCT hashtext(stream_id) AS key FROM unnest($1::text[]) AS stream_id ORDER BY key) AS keys`;

/**
 * Waits for the streams' turns, which last until the end of the transaction. Postgres grants them in order of arrival.
 */
export function takeTurns(streamIds: readonly string[]): QueryConfig {
  return { name: 'take-turns', text, values: [streamIds] };
}
