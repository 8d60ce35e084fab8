import type { Queryable } from './queryable';

export interface NewInstance {
  readonly instance_id: string;
  readonly definition_version: number;
  readonly status: string;
  readonly state: unknown;
  readonly correlation_id: string;
}

/**
 * Makes the instances that are not there yet. In the order of their ids, as they are locked afterwards, so that two
 * transactions that want the same ones wait for each other in one direction only.
 */
export async function insertInstances(
  client: Queryable,
  process: string,
  instances: readonly NewInstance[],
): Promise<void> {
  await client.query({
    name: 'tidemark-process-insert-instances',
    text: `
INSERT INTO process_manager.instances (process, instance_id, definition_version, status, state, correlation_id)
SELECT $1, instance_id, definition_version, status, state, correlation_id
  FROM jsonb_to_recordset($2::jsonb)
    AS new (instance_id text, definition_version integer, status text, state jsonb, correlation_id text)
 ORDER BY instance_id
ON CONFLICT DO NOTHING`,
    values: [process, JSON.stringify(instances)],
  });
}
