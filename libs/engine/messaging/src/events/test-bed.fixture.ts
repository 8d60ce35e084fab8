import { createPool } from '@tidemark/postgres';
import { createTcpProxy, createTestDatabase, createTestVhost, type TcpProxy } from '@tidemark/test-servers';
import { connect, type Channel, type ConsumeMessage } from 'amqplib';
import type { Pool } from 'pg';
import { BrokerConnection } from '../broker/broker-connection';
import { PostgresGroupStore } from '../leases/postgres-group-store';
import { PostgresParkedStore } from '../parked/postgres-parked-store';
import type { MessageKeys } from '../signing/message-keys';
import { testKeys } from '../signing/test-keys.fixture';
import { BrokerDelivery } from './broker-delivery';
import { createGroupTables, emptyGroupTables, expireLeases } from './group-tables.fixture';

/** A broker behind a proxy, a direct channel to the broker, and a database with the tables of the group store. */
export interface TestBed {
  readonly prefix: string;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly proxy: TcpProxy;
  /** A connection that goes through the proxy. */
  readonly broker: BrokerConnection;
  /** Does not. */
  readonly channel: Channel;
  store(group: string): PostgresGroupStore;
  parked(group: string): PostgresParkedStore;
  /** A delivery through the proxy. */
  brokerDelivery(keys?: MessageKeys): BrokerDelivery;
  /** Empties the group store's tables. */
  loseStore(): Promise<void>;
  expireLeases(): Promise<void>;
  /** How many messages are ready in a queue, and how many consumers it has; `undefined` when it does not exist. */
  inspect(queue: string): Promise<{ ready: number; consumers: number } | undefined>;
  /** Acknowledges and returns the messages in a queue. */
  drain(queue: string): Promise<ConsumeMessage[]>;
  dispose(): Promise<void>;
}

export async function createTestBed(): Promise<TestBed> {
  const [vhost, database] = await Promise.all([createTestVhost(), createTestDatabase()]);
  const proxy = await createTcpProxy(vhost.url);
  const broker = new BrokerConnection({ url: proxy.url, minBackoffMs: 10, maxBackoffMs: 100 });
  const pool = createPool({ url: database.url, applicationName: 'messaging-test' });
  await createGroupTables(pool);
  const direct = await connect(vhost.url);
  direct.on('error', () => {});
  const channel = await direct.createChannel();
  channel.on('error', () => {});
  return {
    prefix: vhost.prefix,
    databaseUrl: database.url,
    pool,
    proxy,
    broker,
    channel,
    store: (group) => new PostgresGroupStore({ pool, schema: 'messaging', group }),
    parked: (group) => new PostgresParkedStore({ pool, schema: 'messaging', group }),
    brokerDelivery: (keys = testKeys) => new BrokerDelivery({ broker, prefix: vhost.prefix, keys }),
    loseStore: () => emptyGroupTables(pool),
    expireLeases: () => expireLeases(pool),
    async inspect(queue) {
      // A question about a queue that does not exist makes the broker close the channel.
      const asking = await direct.createChannel();
      asking.on('error', () => {});
      try {
        const { messageCount, consumerCount } = await asking.checkQueue(queue);
        await asking.close();
        return { ready: messageCount, consumers: consumerCount };
      } catch {
        return undefined;
      }
    },
    async drain(queue) {
      const messages: ConsumeMessage[] = [];
      for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (!message) {
          return messages;
        }
        messages.push(message as unknown as ConsumeMessage);
      }
    },
    async dispose() {
      await broker.close();
      await proxy.close();
      await direct.close();
      await pool.end();
      await Promise.all([vhost.drop(), database.drop()]);
    },
  };
}
