import {
  createPool,
  inTransaction,
  migrateSchema,
  requireMigrated,
  type DatabaseLogin,
  type MigrateSchemaOptions,
} from '@tidemark/postgres';
import type { Pool } from 'pg';
import { checkPartitions } from './check-partitions';
import { EventLog1764000000001 } from './migrations/0001-event-log';
import { AppendBatch1764000000002 } from './migrations/0002-append-batch';
import { Snapshots1764000000003 } from './migrations/0003-snapshots';
import { Turns1764000000004 } from './migrations/0004-turns';
import { LogIdentity1764000000005 } from './migrations/0005-log-identity';

export interface MigrateEventStoreOptions {
  readonly databaseUrl: string;
  /** The number of partitions of a new log; 16 by default. It can't be changed later. */
  readonly partitions?: number;
  /** Migrations of other tables in this schema: the relay's leases and checkpoints. */
  readonly additionalMigrations?: MigrateSchemaOptions['migrations'];
  /** Logins of the services that write and of those that only read. Created when absent. Default: none. */
  readonly logins?: {
    readonly writer?: readonly DatabaseLogin[];
    readonly reader?: readonly DatabaseLogin[];
  };
  readonly log?: (message: string) => void;
}

const schema = 'event_store';
const migrations: MigrateSchemaOptions['migrations'] = [
  EventLog1764000000001,
  AppendBatch1764000000002,
  Snapshots1764000000003,
  Turns1764000000004,
  LogIdentity1764000000005,
];
export const eventStoreRoles = {
  owner: 'tidemark_event_store_owner',
  writer: 'tidemark_event_store_writer',
  reader: 'tidemark_event_store_reader',
} as const;

/** @throws PartitionCountMismatchError when the log exists with another number of partitions. */
export async function migrateEventStore(options: MigrateEventStoreOptions): Promise<void> {
  await migrateSchema({
    databaseUrl: options.databaseUrl,
    schema,
    ownerRole: eventStoreRoles.owner,
    roles: [eventStoreRoles.writer, eventStoreRoles.reader],
    logins: {
      [eventStoreRoles.writer]: options.logins?.writer ?? [],
      [eventStoreRoles.reader]: options.logins?.reader ?? [],
    },
    migrations: [...migrations, ...(options.additionalMigrations ?? [])],
    log: options.log,
  });
  await createPartitions(options);
}

/** @throws SchemaBehindError if the schema lacks a migration that this code, or the other tables' code, needs */
export async function requireEventStoreMigrated(
  pool: Pool,
  additionalMigrations: MigrateSchemaOptions['migrations'] = [],
): Promise<void> {
  await requireMigrated(pool, { schema, migrations: [...migrations, ...additionalMigrations] });
}

async function createPartitions({ databaseUrl, partitions }: MigrateEventStoreOptions): Promise<void> {
  const pool = createPool({ url: databaseUrl, applicationName: 'tidemark-migrate', maxConnections: 1 });
  try {
    await inTransaction(pool, async (client) => {
      // Without the lock, two processes that create a log with different numbers would produce a mixture.
      await client.query('LOCK TABLE event_store.partitions IN EXCLUSIVE MODE');
      await client.query(
        `INSERT INTO event_store.partitions (partition)
         SELECT generate_series(0, $1 - 1) WHERE NOT EXISTS (SELECT FROM event_store.partitions)`,
        [partitions ?? 16],
      );
    });
    await checkPartitions(pool, partitions);
  } finally {
    await pool.end();
  }
}
