import type { ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import { overdue } from './overdue';
import type { Queryable } from './queryable';

/**
 * Locks up to `limit` instances with a command that is overdue, unless another transaction works on them. Instances of
 * other versions are left to the replicas that know them.
 */
export async function lockInstancesWithUnansweredCommands(
  client: Queryable,
  process: string,
  versions: readonly number[],
  giveUpAfterMs: number,
  limit: number,
): Promise<readonly ProcessInstance[]> {
  const { rows } = await client.query<InstanceRow>({
    name: 'tidemark-process-lock-unanswered',
    text: `
SELECT ${instanceColumns}
  FROM process_manager.commands AS c JOIN process_manager.instances AS i USING (process, instance_id)
 WHERE c.process = $1 AND c.settled_at IS NULL AND c.parked_at IS NULL
   AND ${overdue('$2')}
   AND i.definition_version = ANY ($4)
 ORDER BY c.first_sent_at
 LIMIT $3
   FOR UPDATE OF i SKIP LOCKED`,
    values: [process, giveUpAfterMs, limit, versions],
  });
  return [...new Map(rows.map((row) => [row.instance_id, instanceOf(row)])).values()];
}
