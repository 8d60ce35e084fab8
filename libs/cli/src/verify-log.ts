import { Client } from 'pg';
import { columns, type Report } from './report';

/**
 * An index keeps positions unique. So if the number of positions from 1 to the head equals the head, there is no gap.
 */
const partitionsSql = `
  SELECT p.partition, p.head::text AS head, count(e.position)::text AS events,
         count(e.position) <> p.head OR coalesce(min(e.position), 1) <> 1 OR coalesce(max(e.position), 0) <> p.head AS "isBroken"
    FROM event_store.partitions p LEFT JOIN event_store.events e USING (partition)
   GROUP BY p.partition, p.head ORDER BY p.partition`;

/** A stream is in one partition, its versions count up from 1, and its events are delivered in that order. */
const streamsSql = `
  SELECT stream_id AS "streamId", count(*)::integer AS events, max(event_version) AS version
    FROM (SELECT stream_id, event_version, partition, position,
                 lag(position) OVER (PARTITION BY stream_id ORDER BY event_version) AS before
            FROM event_store.events) e
   GROUP BY stream_id
  HAVING count(*) <> max(event_version) OR min(event_version) <> 1
      OR count(DISTINCT partition) > 1 OR bool_or(before >= position)
   ORDER BY stream_id LIMIT 100`;

interface PartitionRow {
  readonly partition: number;
  readonly head: string;
  readonly events: string;
  readonly isBroken: boolean;
}

interface StreamRow {
  readonly streamId: string;
  readonly events: number;
  readonly version: number;
}

/**
 * Checks that the log is whole: every partition without gaps up to its head, and every stream in one partition,
 * complete and in order. Reads the whole log in one snapshot.
 *
 * @param databaseUrl of a role that may read it
 */
export async function verifyLog(databaseUrl: string): Promise<Report> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'tidemark-ctl' });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const partitions = (await client.query<PartitionRow>(partitionsSql)).rows;
    const streams = (await client.query<StreamRow>(streamsSql)).rows;
    const isTrouble = streams.length > 0 || partitions.some(({ isBroken }) => isBroken);
    const rows = partitions.map(({ partition, head, events, isBroken }) => [
      partition,
      head,
      events,
      isBroken ? 'broken' : 'whole',
    ]);
    const broken = streams.map(({ streamId, events, version }) => [streamId, version, events]);
    const text = [
      columns([['partition', 'head', 'events', ''], ...rows]),
      streams.length === 0
        ? 'every stream is whole'
        : columns([['broken stream', 'version', 'events'], ...broken]),
    ].join('\n\n');
    return { json: { isWhole: !isTrouble, partitions, brokenStreams: streams }, text, isTrouble };
  } finally {
    await client.end();
  }
}
