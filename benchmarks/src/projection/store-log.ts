import type { EventEnvelope } from '@tidemark/kernel';
import type { Pool } from 'pg';

const chunk = 5_000;

/** Stores events directly in a log whose partitions are empty, without appending them. */
export async function storeLog(admin: Pool, events: readonly EventEnvelope[]): Promise<void> {
  for (let from = 0; from < events.length; from += chunk) {
    await admin.query(insertSql, [JSON.stringify(events.slice(from, from + chunk))]);
  }
  await admin.query(headsSql);
  await admin.query('VACUUM (ANALYZE) event_store.events');
}

const insertSql = `
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
    event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT "eventId", "streamId", "streamType", type, data, metadata,
    version, "timestamp", "correlationId", "causationId", 0, decode(repeat('c0', 32), 'hex'), "schemaVersion", partition, position
  FROM jsonb_to_recordset($1) AS e("eventId" uuid, "streamId" text, "streamType" text, type text, data jsonb,
    metadata jsonb, version integer, "timestamp" timestamptz, "correlationId" text, "causationId" uuid,
    "schemaVersion" smallint, partition smallint, position bigint)`;

const headsSql = `
  UPDATE event_store.partitions p SET head = e.head
  FROM (SELECT partition, max(position) AS head FROM event_store.events GROUP BY partition) e
  WHERE p.partition = e.partition`;
