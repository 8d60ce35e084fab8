import type { ProcessInstance } from '../process-instance';
import type { Queryable } from './queryable';
import { storedStatus } from './stored-status';

/** Writes instances that the caller has locked. */
export async function updateInstances(
  client: Queryable,
  process: string,
  instances: readonly ProcessInstance[],
): Promise<void> {
  const rows = instances.map((instance) => ({
    instance_id: instance.instanceId,
    status: storedStatus[instance.status],
    state: instance.state,
    deferred: instance.deferred,
    parked: instance.stuck ?? null,
    correlation_id: instance.correlationId,
  }));
  await client.query({
    name: 'tidemark-process-update-instances',
    text: `
UPDATE process_manager.instances AS i
   SET status = new.status, state = new.state, deferred = new.deferred, parked = new.parked,
       correlation_id = new.correlation_id, version = i.version + 1, updated_at = now()
  FROM jsonb_to_recordset($2::jsonb)
    AS new (instance_id text, status text, state jsonb, deferred jsonb, parked jsonb, correlation_id text)
 WHERE i.process = $1 AND i.instance_id = new.instance_id`,
    values: [process, JSON.stringify(rows)],
  });
}
