import type { Queryable } from './queryable';

export interface StoredHistoryEntry {
  readonly instance_id: string;
  readonly at: Date;
  readonly event: string;
  readonly action: string;
  readonly event_id: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

/** The histories of these instances, in the order of the entries. */
export async function selectHistory(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<readonly StoredHistoryEntry[]> {
  const { rows } = await client.query<StoredHistoryEntry>({
    name: 'tidemark-process-history',
    text: `
SELECT instance_id, at, event, action, event_id, actor, reason
  FROM process_manager.history
 WHERE process = $1 AND instance_id = ANY ($2)
 ORDER BY entry`,
    values: [process, instanceIds],
  });
  return rows;
}
