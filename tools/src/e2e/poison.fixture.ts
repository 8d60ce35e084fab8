import type { Pool } from 'pg';

const sql = `
  WITH last AS (
    SELECT * FROM event_store.events WHERE stream_id = $1 ORDER BY event_version DESC LIMIT 1
  ), head AS (
    UPDATE event_store.partitions p SET head = p.head + 1 FROM last WHERE p.partition = last.partition
    RETURNING p.head
  )
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
    event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT gen_random_uuid(), stream_id, stream_type, 'StockWeighed', '{}', event_metadata,
    event_version + 1, clock_timestamp(), correlation_id, gen_random_uuid(), 0, command_hash, 1, partition, head.head
    FROM last, head`;

/** Appends an event of an unknown type, as a later release would, to an existing stream. */
export async function appendPoison(database: Pool, streamId: string): Promise<void> {
  const { rowCount } = await database.query(sql, [streamId]);
  if (rowCount !== 1) {
    throw new Error(`there is no stream ${streamId}`);
  }
}
