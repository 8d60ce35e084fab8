import type { Queryable } from './queryable';

export interface DueTimer {
  readonly instance_id: string;
  readonly name: string;
  readonly due_at: Date;
}

/** The due timers of instances that the caller has locked, oldest first, without held timers. */
export async function selectDueTimers(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<readonly DueTimer[]> {
  const { rows } = await client.query<DueTimer>({
    name: 'tidemark-process-due-timers',
    text: `
SELECT instance_id, name, due_at
  FROM process_manager.timers
 WHERE process = $1 AND instance_id = ANY ($2) AND due_at <= now() AND parked_at IS NULL
 ORDER BY due_at, name`,
    values: [process, instanceIds],
  });
  return rows;
}
