import type { Pool } from 'pg';
import { groupStoreTables } from '../leases/postgres-group-store-tables';
import { attemptTables, parkedStoreTables } from '../parked/postgres-parked-store-tables';
import type { RecordedEvent } from './delivery-faults.fixture';
import { schema } from './replica-process.fixture';

/** The effects of a test's processes, read from the database by plain SQL and not through the code under test. */
export class DeliveryRecords {
  constructor(private readonly pool: Pool) {}

  async createTables(): Promise<void> {
    await this.pool.query(`
      CREATE SCHEMA ${schema};
      ${groupStoreTables(schema)}
      ${parkedStoreTables(schema)}
      ${attemptTables(schema)}
      CREATE TABLE ${schema}.applied (
        applied_seq bigint GENERATED ALWAYS AS IDENTITY,
        group_name text, owner text, partition integer, position bigint,
        event_id text, stream_id text, version integer
      );
      CREATE TABLE ${schema}.moved_back (group_name text, partition integer, position_before bigint, position bigint);
      CREATE FUNCTION ${schema}.note_move_back() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ${schema}.moved_back VALUES (NEW.group_name, NEW.partition, OLD.position, NEW.position);
        RETURN NULL;
      END $$;
      CREATE TRIGGER moved_back AFTER UPDATE ON ${schema}.consumer_checkpoints
        FOR EACH ROW WHEN (NEW.position < OLD.position) EXECUTE FUNCTION ${schema}.note_move_back();`);
  }

  log(): Promise<readonly RecordedEvent[]> {
    return this.events('event_store.events', 'event_version', 'ORDER BY partition, position', []);
  }

  /** The applied events, in the order in which they took effect. */
  applied(group: string): Promise<readonly RecordedEvent[]> {
    return this.events(`${schema}.applied`, 'version', 'WHERE group_name = $1 ORDER BY applied_seq', [group]);
  }

  /** How many events of the log a group has not applied. */
  async missing(group: string): Promise<number> {
    return this.count(
      `SELECT count(*) FROM event_store.events AS event WHERE NOT EXISTS (
         SELECT FROM ${schema}.applied WHERE group_name = $1 AND event_id = event.event_id::text)`,
      [group],
    );
  }

  /**
   * How many events lie beyond a group's checkpoints. For the group `relay`, the number of events that are not recorded
   * as published.
   */
  async behind(group: string): Promise<number> {
    return this.count(
      `SELECT sum(log.head - coalesce(checkpoint.position, 0)) AS count
         FROM event_store.partitions AS log LEFT JOIN ${schema}.consumer_checkpoints AS checkpoint
           ON checkpoint.partition = log.partition AND checkpoint.group_name = $1`,
      [group],
    );
  }

  /**
   * The sum of a group's checkpoints. For the group `relay`, it is the number of events that are recorded as published.
   */
  async recorded(group: string): Promise<number> {
    return this.count(
      `SELECT coalesce(sum(position), 0) AS count FROM ${schema}.consumer_checkpoints WHERE group_name = $1`,
      [group],
    );
  }

  /** How often one of the group's checkpoints went back. */
  async movedBack(group: string): Promise<number> {
    return this.count(`SELECT count(*) FROM ${schema}.moved_back WHERE group_name = $1`, [group]);
  }

  /** The owners of the group's partitions, by partition number. */
  async owners(group: string): Promise<readonly (string | undefined)[]> {
    const { rows } = await this.pool.query<{ owner: string | null }>(
      `SELECT CASE WHEN expires_at > clock_timestamp() THEN owner END AS owner
         FROM ${schema}.consumer_leases WHERE group_name = $1 ORDER BY partition`,
      [group],
    );
    return rows.map(({ owner }) => owner ?? undefined);
  }

  private async count(text: string, values: readonly unknown[]): Promise<number> {
    const { rows } = await this.pool.query<{ count: string | number }>(text, [...values]);
    return Number(rows[0]!.count);
  }

  private async events(
    table: string,
    version: string,
    which: string,
    values: readonly unknown[],
  ): Promise<readonly RecordedEvent[]> {
    const { rows } = await this.pool.query<RecordedEvent>(
      `SELECT event_id::text AS "eventId", stream_id AS "streamId", ${version} AS version, partition, position
         FROM ${table} ${which}`,
      [...values],
    );
    return rows;
  }
}
