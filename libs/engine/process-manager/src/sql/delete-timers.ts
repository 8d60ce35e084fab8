import type { Queryable } from './queryable';

export interface TimerKey {
  readonly instance_id: string;
  readonly name: string;
}

/** Removes timers that have fired or are no longer needed. */
export async function deleteTimers(
  client: Queryable,
  process: string,
  timers: readonly TimerKey[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-delete-timers',
    text: `
DELETE FROM process_manager.timers AS t
 USING jsonb_to_recordset($2::jsonb) AS gone (instance_id text, name text)
 WHERE t.process = $1 AND t.instance_id = gone.instance_id AND t.name = gone.name`,
    values: [process, JSON.stringify(timers)],
  });
}
