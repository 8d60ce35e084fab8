import type { InstanceStatus, ProcessInstance } from '../process-instance';
import { instanceColumns, instanceOf, type InstanceRow } from './instance-row';
import type { Queryable } from './queryable';
import { storedStatus } from './stored-status';

/** The instance after which a page begins. */
export interface PageStart {
  /**
   * Microseconds since 1970. A Date has only milliseconds, and would skip or repeat instances of the same millisecond.
   */
  readonly createdAtMicros: number;
  readonly instanceId: string;
}

export interface InstancePageOptions {
  readonly process: string;
  readonly status?: InstanceStatus | undefined;
  readonly after?: PageStart | undefined;
  readonly limit: number;
}

export interface ListedInstance {
  readonly instance: ProcessInstance;
  readonly position: PageStart;
}

interface Row extends InstanceRow {
  readonly created_at_micros: number;
}

/** Newest first. Ask for one more instance than needed, to see whether there is another page. */
export async function selectInstancePage(
  client: Queryable,
  { process, status, after, limit }: InstancePageOptions,
): Promise<readonly ListedInstance[]> {
  const values: unknown[] = [process, limit];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const filters = [
    ...(status === undefined ? [] : [`AND i.status = ${parameter(storedStatus[status])}`]),
    ...(after === undefined
      ? []
      : [
          `AND (i.created_at, i.instance_id) < ` +
            `('epoch'::timestamptz + ${parameter(after.createdAtMicros)}::bigint * interval '1 microsecond', ` +
            `${parameter(after.instanceId)})`,
        ]),
  ];
  const { rows } = await client.query<Row>(
    `
SELECT ${instanceColumns}, (extract(epoch FROM i.created_at) * 1000000)::bigint AS created_at_micros
  FROM process_manager.instances AS i
 WHERE i.process = $1
   ${filters.join('\n   ')}
 ORDER BY i.created_at DESC, i.instance_id DESC
 LIMIT $2`,
    values,
  );
  return rows.map((row) => ({
    instance: instanceOf(row),
    position: { createdAtMicros: row.created_at_micros, instanceId: row.instance_id },
  }));
}
