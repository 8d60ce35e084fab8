import type { Queryable } from './queryable';

export interface TimerRow {
  readonly instance_id: string;
  readonly name: string;
  readonly due_at: string;
  /** Whether the timer could not be handled, and waits until its instance continues. */
  readonly is_held: boolean;
}

/** Sets timers of instances that the caller has locked. A timer of the same name is moved. */
export async function setTimers(
  client: Queryable,
  process: string,
  timers: readonly TimerRow[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-set-timers',
    text: `
INSERT INTO process_manager.timers (process, instance_id, name, due_at, parked_at)
SELECT $1, instance_id, name, due_at, CASE WHEN is_held THEN now() END
  FROM jsonb_to_recordset($2::jsonb) AS new (instance_id text, name text, due_at timestamptz, is_held boolean)
ON CONFLICT (process, instance_id, name)
   DO UPDATE SET due_at = excluded.due_at, parked_at = excluded.parked_at`,
    values: [process, JSON.stringify(timers)],
  });
}
