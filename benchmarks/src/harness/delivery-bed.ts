import { eventStoreRoles } from '@tidemark/event-store';
import { constant } from '@tidemark/kernel';
import {
  attemptGrants,
  attemptTables,
  groupStoreGrants,
  groupStoreTables,
  MessageKeys,
  messageKeysText,
  parkedStoreGrants,
  parkedStoreTables,
} from '@tidemark/messaging';
import { createTestDatabase, createTestVhost, eventually, newMessageKeys } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { withAdmin } from '../append/contender';
import { openEventStore } from '../append/tidemark';

/** The settings of a process that relays or consumes. */
export interface DeliverySettings {
  readonly databaseUrl: string;
  /** Empty without a broker. */
  readonly amqpUrl: string;
  readonly prefix: string;
  /** The schema of the groups' leases and checkpoints. */
  readonly schema: string;
  /** For `messageKeysText`. */
  readonly messageKeys: string;
}

export interface DeliveryBed {
  readonly settings: DeliverySettings;
  readonly admin: Pool;
  readonly log: Awaited<ReturnType<typeof openEventStore>>;
  /** Resolves when `owners` processes share all partitions of the group. */
  shared(group: string, owners: number): Promise<void>;
  /** Resolves when the group is at the end of the log. */
  atHead(group: string): Promise<void>;
}

/** The keys that all processes of a bed sign and verify with. */
export function keysOf({ messageKeys }: DeliverySettings): MessageKeys {
  return new MessageKeys(constant(messageKeysText.parse(messageKeys)));
}

const schema = 'delivery';

/**
 * A new log, the tables of the groups' leases, and a virtual host on the broker unless `onPostgres`. All are removed
 * after `work`.
 */
export async function withDeliveryBed<Result>(
  work: (bed: DeliveryBed) => Promise<Result>,
  { onPostgres = false } = {},
): Promise<Result> {
  const database = await createTestDatabase();
  const vhost = onPostgres ? undefined : await createTestVhost();
  try {
    return await withAdmin(database.url, async (admin) => {
      const log = await openEventStore(database.url);
      try {
        const { writer } = eventStoreRoles;
        await admin.query(`
          CREATE SCHEMA ${schema};
          GRANT USAGE ON SCHEMA ${schema} TO ${writer};
          ${groupStoreTables(schema)} ${groupStoreGrants(schema, writer)}
          ${parkedStoreTables(schema)} ${parkedStoreGrants(schema, writer)}
          ${attemptTables(schema)} ${attemptGrants(schema, writer)}`);
        return await work({
          settings: {
            databaseUrl: database.url,
            amqpUrl: vhost?.url ?? '',
            prefix: vhost?.prefix ?? '',
            schema,
            messageKeys: newMessageKeys(),
          },
          admin,
          log,
          shared: (group, owners) => holds(admin, sharedSql, [group, owners]),
          atHead: (group) => holds(admin, atHeadSql, [group]),
        });
      } finally {
        await log.pool.end();
      }
    });
  } finally {
    await vhost?.drop();
    await database.drop();
  }
}

const sharedSql = `
  SELECT count(*) = (SELECT count(*) FROM event_store.partitions) AND count(DISTINCT owner) = $2 AS holds
  FROM ${schema}.consumer_leases WHERE group_name = $1 AND owner IS NOT NULL AND expires_at > clock_timestamp()`;

const atHeadSql = `
  SELECT sum(p.head) = (SELECT sum(position) FROM ${schema}.consumer_checkpoints WHERE group_name = $1) AS holds
  FROM event_store.partitions p`;

async function holds(admin: Pool, sql: string, values: readonly unknown[]): Promise<void> {
  const ask = async () => (await admin.query<{ holds: boolean }>(sql, [...values])).rows[0]!.holds;
  await eventually(ask, { withinMs: 300_000, everyMs: 10 });
}
