import { aggregates, eventCodec, type StreamType } from '@tidemark/contracts';
import { EventStore, migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { streamIdOf, type Aggregate, type DomainEvent } from '@tidemark/kernel';
import { migrateCommandQueue, type CommandEnvelope } from '@tidemark/messaging';
import { AdminPort, createService, injectByPath, type Port } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import {
  createTcpProxy,
  createTestDatabase,
  createTestVhost,
  hasTestServer,
  issueToken,
  newAuthKey,
  newMessageKeys,
  postgresUrlAs,
  serviceLogins,
  type Role,
  type TcpProxy,
} from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { AppModule } from '../app.module';
import { loadProcessManagerConfig } from '../config';
import { migrate } from '../migrate';
import { decideCommand, idOf, type StateOf } from '../order-fulfilment/write-side.fixture';

/**
 * The service in this process, with a database, and a broker if this test run has one. Its write side answers commands
 * when the test tells it to.
 */
export interface TestProcessManager {
  readonly store: EventStore;
  /** The administrator's connections to the service's database. */
  readonly pool: Pool;
  /** A proxy between the service and the schema that it writes. */
  readonly storeLink: TcpProxy;
  send(method: 'GET' | 'POST', path: string, request?: TestRequest): Promise<TestAnswer>;
  /** Another replica on the same database, with other settings. The caller closes it. */
  startReplica(env: Readonly<Record<string, string>>): Promise<{ close(): Promise<void> }>;
  append(streamType: StreamType, id: string, ...events: readonly DomainEvent[]): Promise<void>;
  /** Carries out the published commands without an answer, except those of these types, and returns them. */
  answerCommands(options?: { readonly except?: readonly string[] }): Promise<readonly CommandEnvelope[]>;
  stop(): Promise<void>;
}

export interface TestRequest {
  /** The role of the token: `operator` by default, null for no token. */
  readonly role?: Role | null;
  readonly customer?: string;
  readonly body?: object;
  /** The port; by default, the port that the path belongs to. */
  readonly port?: Port;
}

export interface TestAnswer {
  readonly status: number;
  // Tests read answers of many shapes. A missing field fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

const partitions = 4;

export async function startProcessManager(
  env: Readonly<Record<string, string>> = {},
): Promise<TestProcessManager> {
  const [database, vhost] = await Promise.all([
    createTestDatabase(),
    hasTestServer('rabbitmq') ? createTestVhost() : undefined,
  ]);
  const login = serviceLogins(database.url)['process-manager'];
  await migrateEventStore({ databaseUrl: database.url, partitions, logins: { reader: [login] } });
  await migrateCommandQueue({ databaseUrl: database.url, logins: { sender: [login] } });
  await migrate({ databaseUrl: database.url, logins: [login] });
  const databaseUrl = postgresUrlAs(database.url, login);
  const storeLink = await createTcpProxy(database.url);
  const key = newAuthKey();
  const messageKeys = newMessageKeys();
  const start = async (more: Readonly<Record<string, string>>) => {
    const config = loadProcessManagerConfig({
      LOG_LEVEL: 'silent',
      AUTH_LOCAL_KEY: key,
      DATABASE_URL: postgresUrlAs(storeLink.url, login),
      EVENT_STORE_DATABASE_URL: databaseUrl,
      ...(vhost && { AMQP_URL: vhost.url, AMQP_PREFIX: vhost.prefix }),
      MESSAGE_KEYS: messageKeys,
      IDLE_CHECK_MS: '50',
      COMMAND_POLL_INTERVAL_MS: '20',
      TIMER_POLL_INTERVAL_MS: '20',
      ...more,
    });
    const started = await createService({
      name: 'process-manager',
      description: '',
      config,
      module: (loaded) => AppModule.forRoot(loaded),
    });
    await started.init();
    await started.getHttpAdapter().getInstance().ready();
    return started;
  };
  const app = await start(env);

  const pool = createPool({ url: database.url, applicationName: 'test' });
  const store = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  return {
    store,
    pool,
    storeLink,
    send: async (method, url, { role = 'operator', customer, body, port } = {}) => {
      const token = role && (await issueToken(key, { role, ...(customer !== undefined && { customer }) }));
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const request = { method, url, headers, ...(body && { payload: body }) };
      const answer = await (port === 'admin'
        ? app.get(AdminPort).inject(request)
        : injectByPath(app, request));
      const isJson = String(answer.headers['content-type']).includes('json');
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
    },
    startReplica: (more) => start({ ...env, ...more }),
    append: (streamType, id, ...events) => appendTo(store, streamType, id, events),
    answerCommands: ({ except = [] } = {}) => answerPublished(pool, store, except),
    stop: async () => {
      await app.close();
      await Promise.all([pool.end(), storeLink.close()]);
      await Promise.all([database.drop(), vhost?.drop()]);
    },
  };
}

async function answerPublished(
  pool: Pool,
  store: EventStore,
  except: readonly string[],
): Promise<readonly CommandEnvelope[]> {
  const { rows } = await pool.query<{ envelope: CommandEnvelope }>(
    'SELECT envelope FROM process_manager.commands WHERE settled_at IS NULL AND first_sent_at IS NOT NULL',
  );
  const commands = rows.map(({ envelope }) => envelope).filter(({ type }) => !except.includes(type));
  for (const command of commands) {
    const states = new Map<string, unknown>();
    // A shipment is named after its order, and no other command is decided on two streams.
    for (const [streamType, aggregate] of Object.entries(aggregates)) {
      states.set(streamType, await load(store, aggregate as Aggregate, idOf(command)));
    }
    const decision = decideCommand(command, ((streamType) => states.get(streamType)) as StateOf);
    if (decision.outcome === 'accepted') {
      await appendTo(store, command.streamType as StreamType, idOf(command), decision.events, command);
    }
  }
  return commands;
}

async function load(store: EventStore, aggregate: Aggregate, id: string): Promise<unknown> {
  let state = aggregate.initial;
  for await (const event of store.readStream(streamIdOf(aggregate.streamType, id))) {
    state = aggregate.evolve(state, event);
  }
  return state;
}

async function appendTo(
  store: EventStore,
  streamType: StreamType,
  id: string,
  events: readonly DomainEvent[],
  command?: CommandEnvelope,
): Promise<void> {
  const [first, ...rest] = events;
  if (first) {
    await store.append({
      streamType,
      aggregateId: id,
      partitionKey: streamType === 'StockItem' ? id : 'C1',
      expectedVersion: 'any',
      events: [first, ...rest],
      command: {
        commandId: command?.commandId ?? crypto.randomUUID(),
        commandHash: '00'.repeat(32),
        correlationId: command?.correlationId ?? 'test',
        actor: command?.actor ?? 'test',
      },
    });
  }
}
