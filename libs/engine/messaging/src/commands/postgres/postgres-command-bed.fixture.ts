import { createPool } from '@tidemark/postgres';
import {
  createTcpProxy,
  createTestDatabase,
  postgresUrlAs,
  serviceLogins,
  type TcpProxy,
} from '@tidemark/test-servers';
import type { Pool } from 'pg';
import type { CommandBed, DeadCommand } from '../command-bed.fixture';
import { migrateCommandQueue } from './command-queue-schema';
import { PostgresCommandReceiver, type PostgresCommandReceiverOptions } from './postgres-command-receiver';
import { PostgresCommandSender } from './postgres-command-sender';

export interface PostgresCommandBed extends CommandBed {
  /** The administrator's connections. */
  readonly pool: Pool;
  readonly proxy: TcpProxy;
  readonly adminUrl: string;
  /** Through the proxy, with the rights of a service. */
  readonly senderUrl: string;
  readonly receiverUrl: string;
  receiver(options?: Partial<PostgresCommandReceiverOptions>): PostgresCommandReceiver;
  sender(): PostgresCommandSender;
}

export async function createPostgresCommandBed(): Promise<PostgresCommandBed> {
  const database = await createTestDatabase();
  const logins = serviceLogins(database.url);
  const [sender, receiver] = [logins['process-manager'], logins['command-service']];
  await migrateCommandQueue({
    databaseUrl: database.url,
    logins: { sender: [sender], receiver: [receiver] },
  });
  const pool = createPool({ url: database.url, applicationName: 'messaging-test' });
  const proxy = await createTcpProxy(database.url);
  const [senderUrl, receiverUrl] = [postgresUrlAs(proxy.url, sender), postgresUrlAs(proxy.url, receiver)];
  const common = { prefix: 'test', streamTypes: ['Order'] };
  return {
    pool,
    adminUrl: database.url,
    proxy,
    senderUrl,
    receiverUrl,
    sender: () => new PostgresCommandSender({ ...common, databaseUrl: senderUrl }),
    receiver: (more) =>
      new PostgresCommandReceiver({
        ...common,
        databaseUrl: receiverUrl,
        leaseMs: 1_000,
        pollIntervalMs: 100,
        ...more,
      }),
    async inspect() {
      const { rows } = await pool.query<{ ready: number; consumers: number }>(`
        SELECT (SELECT count(*) FROM command_queue.commands WHERE queue = 'Order')::integer AS ready,
               (SELECT count(*) FROM command_queue.receivers)::integer AS consumers`);
      return rows[0]!;
    },
    async drain() {
      const { rows } = await pool.query<{ headers: Record<string, unknown>; isDurable: boolean }>(`
        WITH taken AS (
          DELETE FROM command_queue.commands WHERE queue = 'Order' AND receiver IS NULL
          RETURNING properties->'headers' AS headers
        )
        SELECT headers, (SELECT relpersistence = 'p' FROM pg_class
                          WHERE oid = 'command_queue.commands'::regclass) AS "isDurable"
          FROM taken`);
      return rows;
    },
    async drainDead() {
      const { rows } = await pool.query<DeadCommand>(`
        DELETE FROM command_queue.dead_letters
        RETURNING content, routing_key AS "routingKey", message_id AS "messageId",
                  reason_code AS "reasonCode", reason, attempts`);
      return rows;
    },
    async put({ routingKey, content, properties }) {
      await pool.query(
        `INSERT INTO command_queue.commands (queue, message_id, routing_key, content, properties)
         VALUES ('Order', $1, $2, $3, $4)`,
        [properties.messageId, routingKey, content, JSON.stringify(properties)],
      );
      await pool.query("NOTIFY tidemark_commands, ''");
    },
    cut: () => proxy.cut(),
    async dispose() {
      await pool.end();
      await proxy.close();
      await database.drop();
    },
  };
}
