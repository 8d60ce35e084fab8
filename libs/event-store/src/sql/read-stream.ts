import type { QueryConfig } from 'pg';
import { eventColumns } from './event-row';

export interface ReadStreamParameters {
  readonly streamId: string;
  /** Both inclusive. */
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly limit: number;
}

const select = (order: 'ASC' | 'DESC'): string => `
  SELECT ${eventColumns} FROM event_store.events
  WHERE stream_id = $1 AND event_version BETWEEN $2 AND $3
  ORDER BY event_version ${order} LIMIT $4`;

const forward = select('ASC');
const backward = select('DESC');

export function readStream(p: ReadStreamParameters, direction: 'forward' | 'backward'): QueryConfig {
  return {
    name: `read-stream-${direction}`,
    text: direction === 'forward' ? forward : backward,
    values: [p.streamId, p.fromVersion, p.toVersion, p.limit],
  };
}
