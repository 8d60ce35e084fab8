import type { Pool } from 'pg';
import { withAdmin } from './contender';
import { newWrite } from './write';

const chunk = 250_000;

/**
 * Fills a new log with this many events, as if each had been appended to a new stream, one per millisecond until now.
 * Ids are UUIDv7 in order of time, positions have no gaps, and the heads are correct.
 */
export async function fillLog(
  databaseUrl: string,
  events: number,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (line: string) => void },
): Promise<void> {
  await withAdmin(databaseUrl, async (admin) => {
    for (let from = 0; from < events; from += chunk) {
      signal.throwIfAborted();
      const to = Math.min(from + chunk, events);
      await storeEvents(admin, from, to);
      progress(`  ${to.toLocaleString('en')} of ${events.toLocaleString('en')} events stored`);
    }
    await admin.query('VACUUM (ANALYZE) event_store.events');
    await admin.query('CHECKPOINT');
  });
}

/**
 * Stores the events from `from` up to but not including `to`, in a log that is filled up to `from`. All of them become
 * visible at once.
 */
export async function storeEvents(admin: Pool, from: number, to: number): Promise<void> {
  await admin.query(
    `WITH stored AS (
       INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
         event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
       SELECT id, 'Order-' || id, 'Order', 'ItemAddedToOrder', $1::jsonb, '{"actor": "filled"}',
         1, at, id, id, 0, decode(repeat('c0', 32), 'hex'), 1, n % partitions, n / partitions + 1
       FROM (SELECT count(*) AS partitions FROM event_store.partitions) p,
         generate_series($2::bigint, $3::bigint - 1) n,
         LATERAL (SELECT now() - make_interval(secs => ($3::bigint - n) / 1000.0) AS at) t,
         LATERAL (SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' AS time) u,
         LATERAL (SELECT (time || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid AS id) i
       RETURNING partition, position
     )
     UPDATE event_store.partitions p SET head = s.position
     FROM (SELECT partition, max(position) AS position FROM stored GROUP BY partition) s
     WHERE p.partition = s.partition`,
    [JSON.stringify(newWrite().events[0].data), from, to],
  );
}
