import type { ProcessInstance } from '../process-instance';
import type { Queryable } from './queryable';
import { storedStatus } from './stored-status';

/**
 * Creates the missing instances. It does so in the order of their ids, like the locks afterwards. So two transactions
 * with the same instances wait for each other in one direction only.
 */
export async function insertInstances(
  client: Queryable,
  process: string,
  instances: readonly ProcessInstance[],
): Promise<void> {
  const rows = instances.map((instance) => ({
    instance_id: instance.instanceId,
    definition_version: instance.definitionVersion,
    status: storedStatus[instance.status],
    state: instance.state,
    correlation_id: instance.correlationId,
  }));
  await client.query({
    name: 'tidemark-process-insert-instances',
    text: `
INSERT INTO process_manager.instances (process, instance_id, definition_version, status, state, correlation_id)
SELECT $1, instance_id, definition_version, status, state, correlation_id
  FROM jsonb_to_recordset($2::jsonb)
    AS new (instance_id text, definition_version integer, status text, state jsonb, correlation_id text)
 ORDER BY instance_id
ON CONFLICT DO NOTHING`,
    values: [process, JSON.stringify(rows)],
  });
}
