import type { Queryable } from './queryable';

export interface SetTimer {
  readonly instance_id: string;
  readonly name: string;
  readonly due_at: Date;
}

/** The timers of these instances, the next one first. */
export async function selectTimers(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<readonly SetTimer[]> {
  const { rows } = await client.query<SetTimer>({
    name: 'tidemark-process-timers',
    text: `
SELECT instance_id, name, due_at
  FROM process_manager.timers
 WHERE process = $1 AND instance_id = ANY ($2)
 ORDER BY due_at, name`,
    values: [process, instanceIds],
  });
  return rows;
}
