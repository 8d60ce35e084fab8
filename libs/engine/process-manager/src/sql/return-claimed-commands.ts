import type { Queryable } from './queryable';

/**
 * Returns commands that could not be published. The attempt does not count, and is made again after `retryMs`. Rows
 * that another transaction is settling are skipped.
 */
export async function returnClaimedCommands(
  client: Queryable,
  commandIds: readonly string[],
  retryMs: number,
): Promise<void> {
  await client.query({
    name: 'tidemark-process-return-commands',
    text: `
WITH mine AS (
  SELECT command_id FROM process_manager.commands
   WHERE command_id = ANY ($1) AND settled_at IS NULL AND attempts > 0
     FOR UPDATE SKIP LOCKED
)
UPDATE process_manager.commands AS c
   SET attempts = c.attempts - 1,
       first_sent_at = CASE WHEN c.attempts > 1 THEN c.first_sent_at END,
       due_at = now() + $2 * interval '1 millisecond'
  FROM mine
 WHERE c.command_id = mine.command_id`,
    values: [commandIds, retryMs],
  });
}
