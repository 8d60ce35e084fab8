import type { ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import type { Queryable } from './queryable';

/**
 * Locks up to `limit` instances that have a due timer and that nobody works on. The instance is locked and not the
 * timer, because whoever changes an instance also changes its timers. One whose code failed gets no timer before a retry; those of other versions
 * are left to the replicas that know them.
 */
export async function lockInstancesWithDueTimers(
  client: Queryable,
  process: string,
  versions: readonly number[],
  limit: number,
): Promise<readonly ProcessInstance[]> {
  const { rows } = await client.query<InstanceRow>({
    name: 'tidemark-process-lock-due',
    text: `
SELECT ${instanceColumns}
  FROM process_manager.timers AS t JOIN process_manager.instances AS i USING (process, instance_id)
 WHERE t.process = $1 AND t.due_at <= now() AND i.parked->>'code' IS DISTINCT FROM 'reaction_failed'
   AND i.definition_version = ANY ($3)
 ORDER BY t.due_at
 LIMIT $2
   FOR UPDATE OF i SKIP LOCKED`,
    values: [process, limit, versions],
  });
  return [...new Map(rows.map((row) => [row.instance_id, instanceOf(row)])).values()];
}
