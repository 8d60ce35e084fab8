import type { QueryConfig } from 'pg';
import { eventColumns, type EventRow } from './event-row';

export interface ReadPartitionParameters {
  readonly partition: number;
  /** Inclusive. */
  readonly fromPosition: number;
  readonly limit: number;
}

export interface ReadPartitionsRow extends EventRow {
  /** The read that the event belongs to: its place among the parameters, from 1. */
  readonly read: number;
}

const text = `
  SELECT r.read::integer, e.*
  FROM unnest($1::integer[], $2::bigint[], $3::integer[]) WITH ORDINALITY
       AS r (partition, from_position, events, read)
  CROSS JOIN LATERAL (
    SELECT ${eventColumns} FROM event_store.events
    WHERE partition = r.partition AND position >= r.from_position
    ORDER BY position LIMIT r.events
  ) e`;

/** Reads the oldest events of each partition from the given position on, in no particular order. */
export function readPartitions(reads: readonly ReadPartitionParameters[]): QueryConfig {
  return {
    name: 'read-partitions',
    text,
    values: [
      reads.map(({ partition }) => partition),
      reads.map(({ fromPosition }) => fromPosition),
      reads.map(({ limit }) => limit),
    ],
  };
}
