import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { eventCodec } from '@tidemark/contracts';
import { EventStore, PostgresEventStore } from '@tidemark/event-store';
import { constant, type EventEnvelope } from '@tidemark/kernel';
import {
  BrokerConnection,
  CommandPublisher,
  MessageKeys,
  messageKeysText,
  topologyNames,
  type CommandEnvelope,
} from '@tidemark/messaging';
import { AdminPort, createService } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import {
  createTcpProxy,
  createTestDatabase,
  createTestVhost,
  eventually,
  hasTestServer,
  newAuthKey,
  newMessageKeys,
  postgresUrlAs,
  serviceLogins,
  testName,
  testServer,
  type TcpProxy,
} from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { commandService } from '../command-service';
import { loadCommandServiceConfig } from '../config';
import { migrate } from '../migrate';
import {
  contentOf,
  queuesInPostgres,
  queuesOfBroker,
  takeMessage,
  type DeadLetter,
} from './command-queues.fixture';
import { requestsTo, type SendRequest } from './requests.fixture';
import { routeCollector, type Route } from './routes.fixture';

const partitions = 4;

type TopologyNames = ReturnType<typeof topologyNames>;

/** The whole service in this process, with its own database, and broker queues if this test run has a broker. */
export interface TestCommandService {
  /** The replicas, in the order in which they were started. */
  readonly apps: readonly NestFastifyApplication[];
  /** The log and the ledger, as their administrator. */
  readonly pool: Pool;
  /** A proxy between the service and the log. */
  readonly logLink: TcpProxy;
  readonly store: EventStore;
  /** Takes the next message from a queue; undefined if it is empty. */
  take(queue: (names: TopologyNames) => string): Promise<Record<string, unknown> | undefined>;
  /** Takes the next dead letter; undefined if there is none. */
  takeDeadLetter(): Promise<DeadLetter | undefined>;
  readonly request: SendRequest;
  /** The key that signs tokens, for tests that need a token that `request` can't make. */
  readonly authKey: string;
  /** Every route of the service, as registered with Fastify. */
  readonly routes: readonly Route[];
  /** The service's log so far, one record per line. Empty unless `LOG_LEVEL` is set. */
  readonly log: readonly Record<string, unknown>[];
  /** Opens both ports, for tests that need a real connection. Returns the address of the public port. */
  listen(): Promise<string>;
  /** Another replica, beside this one on the same database and broker queues; it stops with this one. */
  startReplica(): Promise<SendRequest>;
  /** Sends a command as a process would. */
  send(
    command: Pick<CommandEnvelope, 'streamType' | 'type' | 'data'> & Partial<CommandEnvelope>,
  ): Promise<string>;
  /** Publishes a command with these headers, as any user of the broker or the database with the permission could. */
  forge(command: CommandEnvelope, headers: Readonly<Record<string, unknown>>): Promise<void>;
  events(streamId: string): Promise<EventEnvelope[]>;
  streamPartition(streamId: string): Promise<number | undefined>;
  /** How many events the log holds, over all partitions. */
  eventCount(): Promise<number>;
  stop(): Promise<void>;
}

export async function startCommandService(
  env: Readonly<Record<string, string>> = {},
): Promise<TestCommandService> {
  const [database, vhost] = await Promise.all([
    createTestDatabase(),
    hasTestServer('rabbitmq') ? createTestVhost() : undefined,
  ]);
  const prefix = vhost?.prefix ?? testName();
  const logins = serviceLogins(database.url);
  const [writer, paymentProvider] = [logins['command-service'], logins['payment-provider']];
  await migrate({
    databaseUrl: database.url,
    partitions,
    logins: {
      writer: [writer],
      commandQueue: { sender: [logins['process-manager']], receiver: [writer] },
      paymentProvider: [paymentProvider],
    },
  });
  const logLink = await createTcpProxy(database.url);
  const authKey = newAuthKey();
  const messageKeys = newMessageKeys(['relay', 'process:test', 'process:order-fulfilment']);
  const config = loadCommandServiceConfig({
    LOG_LEVEL: 'silent',
    AUTH_LOCAL_KEY: authKey,
    DATABASE_URL: postgresUrlAs(logLink.url, writer),
    PAYMENT_PROVIDER_DATABASE_URL: postgresUrlAs(database.url, paymentProvider),
    PAYMENT_PROVIDER_TIMEOUT_MS: '50',
    ...(vhost && { AMQP_URL: vhost.url }),
    AMQP_PREFIX: prefix,
    MESSAGE_KEYS: messageKeys,
    RATE_LIMIT_PER_SECOND: '0',
    REFUSAL_LIMIT_PER_SECOND: '0',
    ...env,
  });
  const routes: Route[] = [];
  const log: Record<string, unknown>[] = [];
  const start = async () => {
    const app = await createService({
      ...commandService,
      config,
      configure: (app) => {
        app.getHttpAdapter().getInstance().addHook('onRoute', routeCollector(routes));
        commandService.configure(app);
      },
      logDestination: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    });
    await app.startAllMicroservices();
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  };
  const apps = [await start()];

  const pool = createPool({ url: database.url, applicationName: 'test' });
  const store = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  const broker = vhost && new BrokerConnection({ url: vhost.url, name: 'test' });
  const names = topologyNames(prefix);
  const queues =
    config.broker.commands === 'postgres'
      ? queuesInPostgres(pool, postgresUrlAs(database.url, logins['process-manager']), prefix)
      : queuesOfBroker(broker!, prefix);
  const publisher = new CommandPublisher({
    sender: queues.sender,
    keys: new MessageKeys(constant(messageKeysText.parse(messageKeys))),
  });
  return {
    apps,
    pool,
    logLink,
    store,
    authKey,
    routes: [...routes],
    log,
    request: requestsTo(apps[0]!, authKey),
    async listen() {
      await apps[0]!.listen(0, '127.0.0.1');
      await apps[0]!.get(AdminPort).listen({ port: 0, host: '127.0.0.1' });
      return apps[0]!.getUrl();
    },
    async startReplica() {
      const replica = await start();
      apps.push(replica);
      return requestsTo(replica, authKey);
    },
    async take(queue) {
      testServer('rabbitmq');
      const message = await takeMessage(broker!, queue(names));
      return message && contentOf(message);
    },
    takeDeadLetter: () => queues.takeDeadLetter(),
    async send(command) {
      const envelope: CommandEnvelope = {
        commandId: randomUUID(),
        correlationId: randomUUID(),
        actor: 'process:test',
        ...command,
      };
      // A quorum queue without a leader refuses messages. The dispatcher of a process sends them again, too.
      await eventually(() => publisher.publish(envelope));
      return envelope.commandId;
    },
    forge: (command, headers) => queues.forge(command, headers),
    async events(streamId) {
      const events: EventEnvelope[] = [];
      for await (const event of store.readStream(streamId)) {
        events.push(event);
      }
      return events;
    },
    async streamPartition(streamId) {
      return (await store.streamHead(streamId))?.partition;
    },
    async eventCount() {
      return [...(await store.heads()).values()].reduce((sum, head) => sum + head, 0);
    },
    async stop() {
      await Promise.all(apps.map((app) => app.close()));
      await eventually(async () => expect(await listeners(pool)).toBe(0));
      await publisher.close();
      await broker?.close();
      await Promise.all([pool.end(), logLink.close()]);
      await Promise.all([database.drop(), vhost?.drop()]);
    },
  };
}

/** How many connections listen to appends. One that a service leaves behind would reconnect for ever. */
async function listeners(pool: Pool): Promise<number> {
  const { rows } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tidemark-listen'`,
  );
  return rows.length;
}
