import type { EventFilter, PartitionScan } from '@tidemark/kernel';
import type { QueryConfig } from 'pg';
import { eventColumns, toEnvelope, type EventRow } from './event-row';

export interface ScanPartitionParameters {
  readonly partition: number;
  readonly afterPosition: number;
  readonly limit: number;
  readonly span: number;
  readonly filter?: EventFilter | undefined;
}

type Nothing<Row> = { readonly [Column in keyof Row]: null };

/** At least one row; without events, one that has only the four columns that all rows have in common. */
export type ScanPartitionRow = {
  readonly anchor_id: string | null;
  readonly head: number;
  readonly to_position: number;
  readonly to_id: string | null;
} & (EventRow | Nothing<EventRow>);

/**
 * One statement, and so one snapshot: a position at or before the head that it reads is visible to it. The events that
 * do not pass the filter are not sent.
 */
const text = `
  WITH span AS (
    SELECT head, least(head, $2::bigint + $3::bigint) AS up_to FROM event_store.partitions WHERE partition = $1
  ), found AS MATERIALIZED (
    SELECT ${eventColumns} FROM event_store.events
     WHERE partition = $1 AND position > $2 AND position <= (SELECT up_to FROM span)
       AND ($4::text[] IS NULL OR stream_type = ANY ($4)) AND ($5::text[] IS NULL OR event_type = ANY ($5))
     ORDER BY position LIMIT $6
  ), reach AS (
    SELECT head, CASE WHEN (SELECT count(*) FROM found) < $6 THEN up_to ELSE (SELECT max(position) FROM found) END
           AS to_position
      FROM span
  )
  SELECT (SELECT event_id FROM event_store.events WHERE partition = $1 AND position = $2) AS anchor_id,
         reach.head, reach.to_position,
         (SELECT event_id FROM event_store.events WHERE partition = $1 AND position = reach.to_position) AS to_id,
         found.*
    FROM reach LEFT JOIN found ON true
   ORDER BY found.position`;

export function scanPartition(parameters: ScanPartitionParameters): QueryConfig {
  const { partition, afterPosition, limit, span, filter } = parameters;
  return {
    name: 'scan-partition',
    text,
    values: [partition, afterPosition, span, filter?.streamTypes ?? null, filter?.eventTypes ?? null, limit],
  };
}

export function toScan(rows: readonly ScanPartitionRow[]): PartitionScan {
  const { anchor_id, head, to_position, to_id } = rows[0]!;
  return {
    ...(anchor_id !== null && { anchorId: anchor_id }),
    events: rows.flatMap((row) => (row.event_id === null ? [] : [toEnvelope(row)])),
    to: { position: to_position, ...(to_id !== null && { eventId: to_id }) },
    head,
  };
}
