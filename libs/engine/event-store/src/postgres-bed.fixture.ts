import { EventCodec } from '@tidemark/kernel';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { Counted, Noted } from './contract-suite/counter';
import type { EventStoreBed } from './contract-suite/event-store-bed';
import { migrateEventStore } from './migrate-event-store';
import { PostgresEventStore } from './postgres-event-store';

export interface PostgresBed extends EventStoreBed {
  readonly store: PostgresEventStore;
  expectGaplessLog(): Promise<void>;
  readonly databaseUrl: string;
  /** Connections in the writer's role, like those of the service. */
  readonly pool: Pool;
  readonly admin: Pool;
}

export const codec = new EventCodec([Counted, Noted]);

export function asRole(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c role=${role}`);
  return url.href.replaceAll('+', '%20');
}

export async function openPostgresBed(partitions = 4): Promise<PostgresBed> {
  const database = await createTestDatabase();
  await migrateEventStore({ databaseUrl: database.url, partitions });
  const admin = createPool({ url: database.url, applicationName: 'test-admin' });
  const url = asRole(database.url, 'tidemark_event_store_writer');
  const pool = createPool({ url, applicationName: 'test-writer', maxConnections: 16 });
  return {
    store: new PostgresEventStore({ pool, codec, partitions }),
    partitions,
    databaseUrl: database.url,
    pool,
    admin,
    /** Reads the tables directly, without the store. */
    expectGaplessLog: async () => {
      const versions = await admin.query(`
        SELECT stream_id FROM event_store.events GROUP BY stream_id
        HAVING min(event_version) <> 1 OR max(event_version) <> count(*)`);
      expect(versions.rows).toEqual([]);
      const positions = await admin.query(`
        SELECT p.partition FROM event_store.partitions p LEFT JOIN event_store.events e USING (partition)
        GROUP BY p.partition, p.head HAVING p.head <> count(e) OR coalesce(max(e.position), 0) <> count(e)`);
      expect(positions.rows).toEqual([]);
      const commands = await admin.query(`
        SELECT causation_id FROM event_store.events GROUP BY causation_id HAVING max(ordinal) <> count(*) - 1`);
      expect(commands.rows).toEqual([]);
    },
    close: async () => {
      await pool.end();
      await admin.end();
      await database.drop();
    },
  };
}
