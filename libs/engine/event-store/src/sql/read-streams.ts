import type { QueryConfig } from 'pg';
import { eventColumns, type EventRow } from './event-row';

export interface ReadStreamParameters {
  readonly streamId: string;
  /** Both inclusive. */
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly limit: number;
}

export interface ReadStreamsRow extends EventRow {
  /** The read that the event belongs to: its place among the parameters, from 1. */
  readonly read: number;
}

const text = `
  SELECT r.read::integer, e.*
  FROM unnest($1::text[], $2::integer[], $3::integer[], $4::integer[]) WITH ORDINALITY
       AS r (stream_id, from_version, to_version, events, read)
  CROSS JOIN LATERAL (
    SELECT ${eventColumns} FROM event_store.events
    WHERE stream_id = r.stream_id AND event_version BETWEEN r.from_version AND r.to_version
    ORDER BY event_version LIMIT r.events
  ) e`;

/** Reads the oldest events of each stream, in no particular order. */
export function readStreams(reads: readonly ReadStreamParameters[]): QueryConfig {
  return {
    name: 'read-streams',
    text,
    values: [
      reads.map(({ streamId }) => streamId),
      reads.map(({ fromVersion }) => fromVersion),
      reads.map(({ toVersion }) => toVersion),
      reads.map(({ limit }) => limit),
    ],
  };
}
