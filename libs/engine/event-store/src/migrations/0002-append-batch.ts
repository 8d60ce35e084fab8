import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** Many appends in one call, each decided by itself. Immutable: a changed function is a migration of its own. */
export class AppendBatch1764000000002 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    // The plans are pinned because each session makes them once, often while the tables are still empty. Then Postgres
    // chose hash joins over the whole log, which later made this function 7 times slower (measured).
    await connection.query(`
      CREATE FUNCTION append_batch(
        -- one element per append; a_before: how many events of the call come before it, a_ordinal: of its command
        a_stream text[], a_stream_type text[], a_partition smallint[], a_expected integer[], a_count integer[],
        a_before integer[], a_command uuid[], a_hash bytea[], a_ordinal integer[], a_correlation text[], a_metadata jsonb[],
        -- one element per event, in the order of the appends
        e_append integer[], e_id uuid[], e_type text[], e_schema smallint[], e_data jsonb[]
      ) RETURNS TABLE (append integer, outcome text, version integer, partition smallint, "position" bigint)
      LANGUAGE plpgsql
      SET search_path = event_store
      SET plan_cache_mode = force_generic_plan
      SET enable_seqscan = off
      SET enable_hashjoin = off
      SET enable_mergejoin = off
      SET jit = off
      AS $$
      #variable_conflict use_column
      DECLARE
        home smallint[];
        versions integer[];
        bases bigint[];
        outcomes text[];
      BEGIN
        -- A stream stays in its first partition for ever, so this look needs no lock. Who expects none needs no look.
        SELECT array_agg(coalesce(s.partition, a.partition) ORDER BY a.i) INTO home
        FROM unnest(a_stream, a_partition, a_expected) WITH ORDINALITY AS a (stream, partition, expected, i)
        LEFT JOIN LATERAL (
          SELECT e.partition FROM events e
          WHERE e.stream_id = a.stream AND a.expected IS DISTINCT FROM 0 ORDER BY e.event_version DESC LIMIT 1
        ) s ON true;

        -- In order of their numbers, so that two batches never wait for each other in a circle.
        PERFORM FROM partitions p WHERE p.partition = ANY (home) ORDER BY p.partition FOR UPDATE;

        -- A statement of its own: under READ COMMITTED it sees what was committed while the locks were waited for.
        WITH decided AS (
          SELECT a.i, a.partition, a.count, coalesce(s.event_version, 0) AS version,
            CASE
              WHEN known.found THEN 'known'
              WHEN a.expected <> coalesce(s.event_version, 0) OR s.partition <> a.partition THEN 'conflict'
              ELSE 'appended'
            END AS outcome
          FROM unnest(a_stream, home, a_expected, a_command, a_count) WITH ORDINALITY
               AS a (stream, partition, expected, command, count, i)
          LEFT JOIN LATERAL (
            SELECT e.event_version, e.partition FROM events e
            WHERE e.stream_id = a.stream ORDER BY e.event_version DESC LIMIT 1
          ) s ON true
          LEFT JOIN LATERAL (SELECT true AS found FROM events e WHERE e.causation_id = a.command LIMIT 1) known ON true
        ), placed AS (
          SELECT d.*, CASE WHEN d.outcome = 'appended' THEN
            sum(d.count) FILTER (WHERE d.outcome = 'appended') OVER (PARTITION BY d.partition ORDER BY d.i) - d.count
          END AS before
          FROM decided d
        ), moved AS (
          UPDATE partitions p SET head = p.head + n.events
          FROM (SELECT partition, sum(count) AS events FROM placed WHERE outcome = 'appended' GROUP BY partition) n
          WHERE p.partition = n.partition
          RETURNING p.partition, p.head - n.events AS base
        )
        SELECT array_agg(d.version ORDER BY d.i), array_agg(m.base + d.before ORDER BY d.i),
               array_agg(d.outcome ORDER BY d.i)
        INTO versions, bases, outcomes
        FROM placed d LEFT JOIN moved m ON m.partition = d.partition;

        INSERT INTO events (event_id, stream_id, stream_type, event_type, event_data, event_metadata, event_version,
          "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
        SELECT e.id, a_stream[e.append], a_stream_type[e.append], e.type, e.data, a_metadata[e.append],
          versions[e.append] + e.ordinal, clock_timestamp(), a_correlation[e.append], a_command[e.append],
          a_ordinal[e.append] + e.ordinal - 1, a_hash[e.append], e.schema, home[e.append], bases[e.append] + e.ordinal
        FROM (
          SELECT u.*, u.i - a_before[u.append] AS ordinal
          FROM unnest(e_append, e_id, e_type, e_schema, e_data) WITH ORDINALITY AS u (append, id, type, schema, data, i)
        ) e
        WHERE outcomes[e.append] = 'appended';

        RETURN QUERY
        SELECT a.i::integer, outcomes[a.i], versions[a.i] + a.count, home[a.i], bases[a.i] + a.count
        FROM unnest(a_count) WITH ORDINALITY AS a (count, i);
      END $$`);
    await connection.query(`REVOKE ALL ON FUNCTION append_batch FROM PUBLIC`);
    await connection.query(`GRANT EXECUTE ON FUNCTION append_batch TO tidemark_event_store_writer`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the schema event_store cannot be reverted'));
  }
}
