import type { EventEnvelope } from '@tidemark/kernel';
import { PostgresGroupStore, PostgresParkedStore, advanceCheckpoint, type Lease } from '@tidemark/messaging';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { migrateProcessManager, processManagerSchema as schema } from './migrate-process-manager';
import { parcelProcess } from './parcel.fixture';
import { ProcessEngine, type ProcessEngineOptions } from './process-engine';

const group = 'parcels';

/** A database with the real schema, in the runtime role, and a group that leases its partitions. */
export interface ProcessBed {
  readonly pool: Pool;
  /** The URL of the database, in the runtime role. */
  readonly databaseUrl: string;
  /** A connection that may do more than the service. */
  readonly admin: Pool;
  readonly groupStore: PostgresGroupStore;
  readonly parkedStore: PostgresParkedStore;
  engine(options?: Partial<ProcessEngineOptions>): ProcessEngine;
  /** Hands events of one partition to an engine, as the consumer does. */
  deliver(engine: ProcessEngine, lease: Lease, ...events: readonly EventEnvelope[]): Promise<void>;
  lease(partition: number, owner?: string): Promise<Lease>;
  /** Rows of a table of the schema, as objects. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Empties every table. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProcessBed(): Promise<ProcessBed> {
  const database = await createTestDatabase();
  await migrateProcessManager({ databaseUrl: database.url });
  const databaseUrl = `${database.url}?options=-c%20role%3Dtidemark_process_manager_runtime`;
  const pool = createPool({
    url: databaseUrl,
    applicationName: 'test',
    maxConnections: 20,
  });
  const admin = createPool({ url: database.url, applicationName: 'test', maxConnections: 1 });
  const groupStore = new PostgresGroupStore({ pool, schema, group });
  const parkedStore = new PostgresParkedStore({ pool, schema, group });
  return {
    pool,
    databaseUrl,
    admin,
    groupStore,
    parkedStore,
    engine: (options = {}) =>
      new ProcessEngine({
        pool,
        definitions: [parcelProcess()],
        advanceCheckpoint: (client, lease, from, to) =>
          advanceCheckpoint(client, { schema, group, lease, from, to }),
        replaceParked: (client, lease, from, to) => parkedStore.replaceIn(client, lease, from, to),
        ...options,
      }),
    deliver: async (engine, lease, ...events) => {
      const after = await groupStore.loadCheckpoint(lease.partition);
      const { position, eventId } = events[events.length - 1]!;
      const to = { position, eventId };
      await engine.handle({ lease, after: after!, to, events }, new AbortController().signal);
    },
    lease: async (partition, owner = 'test') => (await groupStore.acquire(partition, owner, 60_000))!,
    rows: async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows,
    reset: async () => {
      const { rows } = await admin.query<{ tables: string }>(
        `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables
           FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migrations'`,
        [schema],
      );
      await admin.query(`TRUNCATE ${rows[0]!.tables}`);
    },
    stop: async () => {
      await Promise.all([pool.end(), admin.end()]);
      await database.drop();
    },
  };
}
