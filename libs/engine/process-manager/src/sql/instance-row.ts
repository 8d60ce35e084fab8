import type { EventEnvelope } from '@tidemark/kernel';
import type { ProcessInstance } from '../process-instance';
import type { StuckReason } from '../reaction';
import { statusOf, type StoredStatus } from './stored-status';

export interface InstanceRow {
  readonly instance_id: string;
  readonly definition_version: number;
  readonly status: StoredStatus;
  readonly state: unknown;
  readonly deferred: readonly EventEnvelope[];
  readonly parked: StuckReason | null;
  readonly correlation_id: string;
}

export const instanceColumns = `
  i.instance_id, i.definition_version, i.status, i.state, i.deferred, i.parked, i.correlation_id`;

export function instanceOf(row: InstanceRow): ProcessInstance {
  return {
    instanceId: row.instance_id,
    definitionVersion: row.definition_version,
    status: statusOf(row.status),
    state: row.state,
    deferred: row.deferred,
    correlationId: row.correlation_id,
    ...(row.parked && { stuck: row.parked }),
  };
}
