import type { EventEnvelope, EventMetadata } from '@tidemark/kernel';

/** A stored event, as every reading statement selects it. */
export interface EventRow {
  readonly event_id: string;
  readonly stream_id: string;
  readonly stream_type: string;
  readonly event_type: string;
  readonly event_data: unknown;
  readonly event_metadata: EventMetadata;
  readonly event_version: number;
  readonly timestamp: Date;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly schema_version: number;
  readonly partition: number;
  readonly position: number;
}

export const eventColumns = `event_id, stream_id, stream_type, event_type, event_data, event_metadata, event_version,
  "timestamp", correlation_id, causation_id, schema_version, partition, position`;

export function toEnvelope(row: EventRow): EventEnvelope {
  return {
    eventId: row.event_id,
    streamId: row.stream_id,
    streamType: row.stream_type,
    version: row.event_version,
    partition: row.partition,
    position: row.position,
    type: row.event_type,
    schemaVersion: row.schema_version,
    data: row.event_data,
    timestamp: row.timestamp.toISOString(),
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    metadata: row.event_metadata,
  };
}
