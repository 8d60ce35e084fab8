import type { FinalStatus, InstanceStatus } from '../process-instance';
import type { Queryable } from './queryable';
import { statusOf, storedStatus, type StoredStatus } from './stored-status';

/** Even after years of use, only a few instances have one of these statuses. */
export type UnfinishedStatus = Exclude<InstanceStatus, FinalStatus>;

export const unfinishedStatuses: readonly UnfinishedStatus[] = ['RUNNING', 'COMPENSATING', 'STUCK'];

/** The current figures of a process. */
export interface ProcessFigures {
  /** A status that no instance has is absent. */
  readonly unfinished: Readonly<
    Partial<Record<UnfinishedStatus, { readonly count: number; readonly oldestAgeSeconds: number }>>
  >;
  readonly outstandingCommands: number;
  /** The age of the oldest unanswered command; 0 if all commands are answered. */
  readonly oldestCommandAgeSeconds: number;
  /** The number of due timers, without held timers, which wait for an operator. */
  readonly timersDue: number;
}

interface Row {
  readonly unfinished: Partial<
    Record<StoredStatus, { readonly count: number; readonly oldestAgeSeconds: number }>
  > | null;
  readonly outstanding: number;
  readonly oldest_age: number;
  readonly timers_due: number;
}

export async function selectFigures(client: Queryable, process: string): Promise<ProcessFigures> {
  const { rows } = await client.query<Row>({
    name: 'tidemark-process-figures',
    text: `
SELECT (SELECT jsonb_object_agg(status, jsonb_build_object('count', n, 'oldestAgeSeconds', age))
          FROM (SELECT status, count(*) AS n, extract(epoch FROM now() - min(created_at))::float8 AS age
                  FROM process_manager.instances
                 WHERE process = $1 AND status IN (${unfinishedStatuses.map((status) => `'${storedStatus[status]}'`).join(', ')})
                 GROUP BY status) AS s) AS unfinished,
       (SELECT count(*) FROM process_manager.commands WHERE process = $1 AND settled_at IS NULL) AS outstanding,
       (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
          FROM process_manager.commands WHERE process = $1 AND settled_at IS NULL) AS oldest_age,
       (SELECT count(*) FROM process_manager.timers
         WHERE process = $1 AND due_at <= now() AND parked_at IS NULL) AS timers_due`,
    values: [process],
  });
  const row = rows[0]!;
  return {
    unfinished: Object.fromEntries(
      Object.entries(row.unfinished ?? {}).map(([stored, figures]) => [
        statusOf(stored as StoredStatus),
        figures,
      ]),
    ),
    outstandingCommands: row.outstanding,
    oldestCommandAgeSeconds: row.oldest_age,
    timersDue: row.timers_due,
  };
}
