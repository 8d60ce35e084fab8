import type { Queryable } from './queryable';

/** Makes the held timers of these instances due again. */
export async function releaseTimers(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-release-timers',
    text: `
UPDATE process_manager.timers SET parked_at = NULL
 WHERE process = $1 AND instance_id = ANY ($2) AND parked_at IS NOT NULL`,
    values: [process, instanceIds],
  });
}
