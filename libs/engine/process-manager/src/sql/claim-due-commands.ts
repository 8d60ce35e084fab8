import type { CommandEnvelope } from '@tidemark/messaging';
import type { Queryable } from './queryable';

export interface ClaimedCommand {
  readonly command_id: string;
  readonly envelope: CommandEnvelope;
  /** The number of attempts, including this one; 1 for the first. */
  readonly attempts: number;
}

export interface ClaimOptions {
  readonly process: string;
  readonly limit: number;
  /** Commands for these stream types are not claimed. */
  readonly withoutStreamTypes: readonly string[];
  readonly firstResendMs: number;
  readonly maxResendMs: number;
}

/**
 * Takes due commands and sets the next due time of each. So a dispatcher may publish them slowly, or die, without
 * holding a lock. Other dispatchers see them only after the wait. The wait doubles with each attempt.
 *
 * If a command is due only after more than twice the longest wait, its due time was written before the database's clock
 * stepped back. It counts as due as well, so that no command waits until the clock has caught up. The bound is not the
 * longest wait itself, because a transaction that began slightly later sets a slightly later due time.
 */
export async function claimDueCommands(
  client: Queryable,
  { process, limit, withoutStreamTypes, firstResendMs, maxResendMs }: ClaimOptions,
): Promise<readonly ClaimedCommand[]> {
  const { rows } = await client.query<ClaimedCommand>({
    name: 'tidemark-process-claim-commands',
    text: `
WITH due AS (
  SELECT command_id
    FROM process_manager.commands
   WHERE process = $1 AND settled_at IS NULL AND parked_at IS NULL AND due_at <= now()
     AND envelope->>'streamType' <> ALL ($5)
   ORDER BY due_at
   LIMIT $2
     FOR UPDATE SKIP LOCKED
), of_later_clock AS (
  SELECT command_id
    FROM process_manager.commands
   WHERE process = $1 AND settled_at IS NULL AND parked_at IS NULL
     AND due_at > now() + 2 * greatest($3::float8, $4::float8) * interval '1 millisecond'
     AND envelope->>'streamType' <> ALL ($5)
   ORDER BY due_at
   LIMIT $2 - (SELECT count(*) FROM due)
     FOR UPDATE SKIP LOCKED
)
UPDATE process_manager.commands AS c
   SET attempts = c.attempts + 1,
       first_sent_at = least(c.first_sent_at, now()),
       due_at = now() + least($3 * power(2, least(c.attempts, 30)), $4) * interval '1 millisecond'
  FROM (SELECT command_id FROM due UNION ALL SELECT command_id FROM of_later_clock) AS claimed
 WHERE c.command_id = claimed.command_id
RETURNING c.command_id, c.envelope, c.attempts`,
    values: [process, limit, firstResendMs, maxResendMs, withoutStreamTypes],
  });
  return rows;
}
