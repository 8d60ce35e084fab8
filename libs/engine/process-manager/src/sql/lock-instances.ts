import type { ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import type { Queryable } from './queryable';

/**
 * Locks these instances in the order of their ids, so that transactions with common instances never deadlock. Missing
 * instances are left out.
 */
export async function lockInstances(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
): Promise<readonly ProcessInstance[]> {
  const { rows } = await client.query<InstanceRow>({
    name: 'tidemark-process-lock-instances',
    text: `
SELECT ${instanceColumns}
  FROM process_manager.instances AS i
 WHERE i.process = $1 AND i.instance_id = ANY ($2)
 ORDER BY i.instance_id
   FOR UPDATE`,
    values: [process, instanceIds],
  });
  return rows.map(instanceOf);
}
