import type { Queryable } from './queryable';

/** Makes the parked timers of these instances due again. */
export async function unparkTimers(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-unpark-timers',
    text: `
UPDATE process_manager.timers SET parked_at = NULL
 WHERE process = $1 AND instance_id = ANY ($2) AND parked_at IS NOT NULL`,
    values: [process, instanceIds],
  });
}
