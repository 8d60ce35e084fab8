import type { ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import type { Queryable } from './queryable';

export async function selectInstance(
  client: Queryable,
  process: string,
  instanceId: string,
): Promise<ProcessInstance | undefined> {
  const { rows } = await client.query<InstanceRow>({
    name: 'tidemark-process-instance',
    text: `
SELECT ${instanceColumns} FROM process_manager.instances AS i WHERE i.process = $1 AND i.instance_id = $2`,
    values: [process, instanceId],
  });
  return rows[0] && instanceOf(rows[0]);
}
