import type { InstanceStatus } from '../process-instance';
import type { Queryable } from './queryable';

/** How a process is doing, as of now. */
export interface ProcessFigures {
  readonly instances: Readonly<Partial<Record<InstanceStatus, number>>>;
  readonly outstandingCommands: number;
  /** Of the oldest command that was not answered; 0 when all were. */
  readonly oldestCommandAgeSeconds: number;
  readonly timersDue: number;
}

interface Row {
  readonly instances: Readonly<Partial<Record<InstanceStatus, number>>> | null;
  readonly outstanding: number;
  readonly oldest_age: number;
  readonly timers_due: number;
}

export async function selectFigures(client: Queryable, process: string): Promise<ProcessFigures> {
  const { rows } = await client.query<Row>({
    name: 'tidemark-process-figures',
    text: `
SELECT (SELECT jsonb_object_agg(status, n)
          FROM (SELECT status, count(*) AS n FROM process_manager.instances WHERE process = $1 GROUP BY status) AS s)
         AS instances,
       (SELECT count(*) FROM process_manager.commands WHERE process = $1 AND settled_at IS NULL) AS outstanding,
       (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
          FROM process_manager.commands WHERE process = $1 AND settled_at IS NULL) AS oldest_age,
       (SELECT count(*) FROM process_manager.timers WHERE process = $1 AND due_at <= now()) AS timers_due`,
    values: [process],
  });
  const row = rows[0]!;
  return {
    instances: row.instances ?? {},
    outstandingCommands: row.outstanding,
    oldestCommandAgeSeconds: row.oldest_age,
    timersDue: row.timers_due,
  };
}
