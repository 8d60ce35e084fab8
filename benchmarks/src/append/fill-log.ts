import { withAdmin } from './contender';
import { newWrite } from './write';

const chunk = 250_000;

/**
 * Makes a new log look as if `events` appends to new streams had been made, one per millisecond until now: UUIDv7 in
 * order of time, positions without holes, heads where they end.
 */
export async function fillLog(
  databaseUrl: string,
  events: number,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (line: string) => void },
): Promise<void> {
  const data = JSON.stringify(newWrite().events[0].data);
  await withAdmin(databaseUrl, async (admin) => {
    // Skips the check of the foreign key, row by row: the partitions are read from where it points to.
    await admin.query('SET session_replication_role = replica');
    await admin.query(`
      CREATE FUNCTION pg_temp.uuid_of(at timestamptz, random text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                || '7' || substr(random, 1, 3) || '8' || substr(random, 4, 15))::uuid
      $$`);
    for (let from = 0; from < events; from += chunk) {
      signal.throwIfAborted();
      const to = Math.min(from + chunk, events);
      await admin.query(
        `INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
           event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
         SELECT id, 'Order-' || id, 'Order', 'ItemAddedToOrder', $1::jsonb, '{"actor": "filled"}',
           1, at, id, id, 0, decode(repeat('c0', 32), 'hex'), 1, n % partitions, n / partitions + 1
         FROM (SELECT count(*) AS partitions FROM event_store.partitions) p,
           generate_series($2::bigint, $3::bigint - 1) n,
           LATERAL (SELECT now() - make_interval(secs => ($4::bigint - n) / 1000.0) AS at) t,
           LATERAL (SELECT pg_temp.uuid_of(at, md5(n::text)) AS id) i`,
        [data, from, to, events],
      );
      progress(`  ${to.toLocaleString('en')} of ${events.toLocaleString('en')} events stored`);
    }
    await admin.query(`
      UPDATE event_store.partitions p SET head =
        coalesce((SELECT max(position) FROM event_store.events e WHERE e.partition = p.partition), 0)`);
    await admin.query('VACUUM (ANALYZE) event_store.events');
    await admin.query('CHECKPOINT');
  });
}
