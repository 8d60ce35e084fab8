import type { ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import type { Queryable } from './queryable';

/**
 * Locks up to `limit` instances that have a due timer, unless another transaction works on them. The instance is locked
 * and not the timer, because a change of an instance also changes its timers. Held timers are not due. Instances of
 * other versions are left to the replicas that know them.
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
 WHERE t.process = $1 AND t.due_at <= now() AND t.parked_at IS NULL
   AND i.definition_version = ANY ($3)
 ORDER BY t.due_at
 LIMIT $2
   FOR UPDATE OF i SKIP LOCKED`,
    values: [process, limit, versions],
  });
  return [...new Map(rows.map((row) => [row.instance_id, instanceOf(row)])).values()];
}
