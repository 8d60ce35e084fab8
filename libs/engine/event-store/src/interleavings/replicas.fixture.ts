import { createPool } from '@tidemark/postgres';
import { tapStatements } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { CommandExecutor } from '../command-executor';
import type { EventStore } from '../event-store';
import { asRole, codec, openPostgresBed, type PostgresBed } from '../postgres-bed.fixture';
import { PostgresEventStore } from '../postgres-event-store';

/** One process's access to the log: connections, a store and memory of its own. */
export interface Replica {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly executor: CommandExecutor;
}

export interface Replicas {
  readonly bed: PostgresBed;
  readonly here: Replica;
  readonly there: Replica;
  close(): Promise<void>;
}

const partitions = 4;

export async function openReplicas(): Promise<Replicas> {
  const bed = await openPostgresBed(partitions);
  const url = asRole(bed.databaseUrl, 'tidemark_event_store_writer');
  const pools = ['here', 'there'].map((applicationName) => createPool({ url, applicationName }));
  pools.forEach(tapStatements);
  const [here, there] = pools.map((pool) => {
    const store = new PostgresEventStore({ pool, codec, partitions });
    return { pool, store, executor: new CommandExecutor({ store }) };
  });
  return {
    bed,
    here: here!,
    there: there!,
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await bed.close();
    },
  };
}
