import type { HistoryEntry } from '../process-instance';
import type { Queryable } from './queryable';

export interface HistoryRow {
  readonly instanceId: string;
  readonly entry: HistoryEntry;
}

/** Adds to the instances' histories, in this order. No entry is ever removed. */
export async function insertHistory(
  client: Queryable,
  process: string,
  rows: readonly HistoryRow[],
): Promise<void> {
  const values = rows.map(({ instanceId, entry }, index) => ({
    index,
    instance_id: instanceId,
    at: entry.at,
    event: entry.event,
    action: entry.action,
    event_id: entry.eventId ?? null,
    actor: entry.actor ?? null,
    reason: entry.reason ?? null,
  }));
  await client.query({
    name: 'tidemark-process-insert-history',
    text: `
INSERT INTO process_manager.history (process, instance_id, at, event, action, event_id, actor, reason)
SELECT $1, instance_id, at, event, action, event_id, actor, reason
  FROM jsonb_to_recordset($2::jsonb)
    AS new (index integer, instance_id text, at timestamptz, event text, action text, event_id text, actor text,
            reason text)
 ORDER BY index`,
    values: [process, JSON.stringify(values)],
  });
}
