import { eventCodec } from '@tidemark/contracts';
import { EventStore, migrateEventStore, PostgresEventStore, PostgresSnapshots } from '@tidemark/event-store';
import { createService, injectByPath } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import {
  abilityOf,
  generationName,
  GenerationRegistry,
  MongoFeedStore,
  MongoGroupStore,
  prepareReadModel,
} from '@tidemark/projections';
import {
  connectReadStore,
  readModel,
  readModelNames as names,
  readModels,
  type ReadModelName,
  type ReadModels,
} from '@tidemark/read-models';
import {
  createTcpProxy,
  createTestDatabase,
  createTestMongo,
  issueToken,
  newAuthKey,
  postgresUrlAs,
  serviceLogins,
  type Role,
  type TcpProxy,
} from '@tidemark/testing';
import type { Collection, Db } from 'mongodb';
import { AppModule } from '../app.module';
import { loadQueryServiceConfig } from '../config';

export const partitions = 4;

/** The service in this process, with its own read store and event store, and functions that fill both. */
export interface TestQueryService {
  readonly db: Db;
  /** The documents that the service reads. */
  readModel<Name extends ReadModelName>(name: Name): Collection<ReadModels[Name]>;
  /** Administrator's URL of the event store's database. */
  readonly eventLogUrl: string;
  /** A store that may write, unlike the service's own. */
  readonly store: EventStore;
  readonly snapshots: PostgresSnapshots;
  get(path: string, request?: TestRequest): Promise<TestAnswer>;
  /** The service's metrics in Prometheus's text format. */
  metrics(): Promise<string>;
  readonly readStoreLink: TcpProxy;
  readonly eventLogLink: TcpProxy;
  /** Pretends that the log and the projections have reached a position. */
  project(partition: number, position: number): Promise<void>;
  /** Pretends that the log was written up to a position. */
  write(partition: number, position: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRequest {
  /** The role of the token; `operator` by default. */
  readonly role?: Role;
  /** The customer that a token with role `customer` names. */
  readonly customer?: string;
  readonly subject?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // Tests read answers of many shapes. A missing field fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export async function startQueryService(
  env: Readonly<Record<string, string>> = {},
): Promise<TestQueryService> {
  const releases: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const release of releases.reverse()) {
      await release();
    }
  };
  try {
    return await start(env, (release) => releases.push(release), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  env: Readonly<Record<string, string>>,
  whenDone: (release: () => Promise<unknown>) => void,
  stop: () => Promise<void>,
): Promise<TestQueryService> {
  const [database, mongo] = await Promise.all([createTestDatabase(), createTestMongo()]);
  whenDone(() => Promise.all([database.drop(), mongo.drop()]));
  const login = serviceLogins(database.url)['query-service'];
  await migrateEventStore({ databaseUrl: database.url, partitions, logins: { reader: [login] } });
  // A replica set would name its members, and the client would bypass the link.
  const readStoreLink = await createTcpProxy(directly(mongo.url));
  whenDone(() => readStoreLink.close());
  const eventLogLink = await createTcpProxy(database.url);
  whenDone(() => eventLogLink.close());

  const readStore = await connectReadStore(mongo.url, { applicationName: 'test' });
  whenDone(readStore.close);
  await new GenerationRegistry(readStore.db).ensure(names.map((name) => ({ ...nowhere, name })));
  await Promise.all(
    names.map((name) => prepareReadModel(readStore.db, readModels[name], firstGeneration(name))),
  );

  const key = newAuthKey();
  const app = await createService({
    name: 'query-service',
    description: '',
    config: loadQueryServiceConfig({
      LOG_LEVEL: 'silent',
      AUTH_LOCAL_KEY: key,
      MONGODB_URL: readStoreLink.url,
      EVENT_STORE_DATABASE_URL: postgresUrlAs(eventLogLink.url, login),
      RATE_LIMIT_PER_SECOND: '0',
      ...env,
    }),
    module: (config) => AppModule.forRoot(config),
  });
  whenDone(() => app.close());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const pool = createPool({ url: database.url, applicationName: 'test' });
  whenDone(() => pool.end());
  const write = async (partition: number, position: number) => {
    const text = 'UPDATE event_store.partitions SET head = greatest(head, $2) WHERE partition = $1';
    await pool.query(text, [partition, position]);
  };
  return {
    db: readStore.db,
    readModel: (name) => readModel(readStore.db, name, firstGeneration(name)),
    eventLogUrl: database.url,
    store: new PostgresEventStore({ pool, codec: eventCodec, partitions }),
    snapshots: new PostgresSnapshots({ pool }),
    get: async (path, { role = 'operator', headers = {}, ...claims } = {}) => {
      const token = await issueToken(key, { role, ...claims });
      const answer = await app.inject({
        method: 'GET',
        url: path,
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body === '' ? undefined : answer.json(),
      };
    },
    metrics: async () => (await injectByPath(app, { url: '/metrics' })).body,
    readStoreLink,
    eventLogLink,
    project: async (partition, position) => {
      await write(partition, position);
      const folds = names.map((name) => abilityOf({ name, version: 1 }));
      const group = new MongoGroupStore(readStore.db, 'projections', folds);
      const lease = await group.acquire(partition, 'test', 60_000);
      const feeds = new MongoFeedStore(readStore.db, 'projections');
      for (const name of names) {
        await feeds.join(partition, firstGeneration(name), 0);
      }
      const from = await group.loadCheckpoint(partition);
      await group.advance(lease!, from!, { position, eventId: `event-${position}` });
    },
    write,
    stop,
  };
}

/** A projection that exists in the registry only. */
const nowhere = { version: 1, select: () => undefined, evolve: () => undefined };

function firstGeneration(name: ReadModelName): string {
  return generationName(name, { version: 1, generation: 1 });
}

function directly(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete('replicaSet');
  parsed.searchParams.set('directConnection', 'true');
  return parsed.href;
}
