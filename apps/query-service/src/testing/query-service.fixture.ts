import { eventCodec } from '@tidemark/contracts';
import { EventStore, migrateEventStore, PostgresEventStore, PostgresSnapshots } from '@tidemark/event-store';
import { createService, injectByPath } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import {
  abilityOf,
  generationName,
  GenerationRegistry,
  migrateReadModels,
  type GenerationDocuments,
  type ProjectedDocument,
} from '@tidemark/projections';
import {
  connectMongoReadStore,
  connectReadStore,
  readModelNames as names,
  readModels,
  type ReadModelName,
  type ReadModels,
  type ReadStore,
  type ReadStoreKind,
} from '@tidemark/read-models';
import {
  createTcpProxy,
  createTestDatabase,
  createTestMongo,
  issueToken,
  newAuthKey,
  postgresUrlAs,
  serviceLogins,
  testReadStore,
  type Role,
  type TcpProxy,
} from '@tidemark/test-servers';
import { AppModule } from '../app.module';
import { loadQueryServiceConfig } from '../config';

export const partitions = 4;

/** The service in this process, with its own read store and event store, and functions that fill both. */
export interface TestQueryService {
  /** With all rights. */
  readonly readStore: ReadStore;
  /** The documents that the service reads; those of the first generation by default. */
  readModel<Name extends ReadModelName>(name: Name, generation?: string): TestDocuments<ReadModels[Name]>;
  /** Forgets the generations, as if the database had lost the record of them. */
  forgetGenerations(): Promise<void>;
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

/** The documents of one generation of a read model. */
export interface TestDocuments<Document> {
  /** Adds documents, or puts them in the place of those with the same ids. */
  put(...documents: readonly Document[]): Promise<void>;
  find(id: string): Promise<Document | undefined>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
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
  kind: ReadStoreKind = testReadStore(),
): Promise<TestQueryService> {
  const releases: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const release of releases.reverse()) {
      await release();
    }
  };
  try {
    return await start(env, kind, (release) => releases.push(release), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  env: Readonly<Record<string, string>>,
  kind: ReadStoreKind,
  whenDone: (release: () => Promise<unknown>) => void,
  stop: () => Promise<void>,
): Promise<TestQueryService> {
  const [database, mongo] = await Promise.all([
    createTestDatabase(),
    kind === 'mongodb' ? createTestMongo() : undefined,
  ]);
  whenDone(() => Promise.all([database.drop(), mongo?.drop()]));
  const login = serviceLogins(database.url)['query-service'];
  await migrateEventStore({ databaseUrl: database.url, partitions, logins: { reader: [login] } });
  if (kind === 'postgres') {
    await migrateReadModels({ databaseUrl: database.url, logins: { reader: [login] } });
  }
  // A replica set would name its members, and the client would bypass the link.
  const readStoreUrl = mongo ? directly(mongo.url) : database.url;
  const readStoreLink = await createTcpProxy(readStoreUrl);
  whenDone(() => readStoreLink.close());
  const eventLogLink = await createTcpProxy(database.url);
  whenDone(() => eventLogLink.close());

  const readStore = await connectReadStore({ kind, url: readStoreUrl }, { applicationName: 'test' });
  whenDone(readStore.close);
  const { projections: store } = readStore;
  await new GenerationRegistry(store).ensure(names.map((name) => ({ ...nowhere, name })));
  await Promise.all(names.map((name) => store.documents.prepare(readModels[name], firstGeneration(name))));

  const key = newAuthKey();
  const app = await createService({
    name: 'query-service',
    description: '',
    config: loadQueryServiceConfig({
      LOG_LEVEL: 'silent',
      AUTH_LOCAL_KEY: key,
      ...(kind === 'postgres'
        ? { READ_STORE_DATABASE_URL: postgresUrlAs(readStoreLink.url, login) }
        : { MONGODB_URL: readStoreLink.url }),
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
    readStore,
    readModel: (name, generation = firstGeneration(name)) => documentsOf(store.documents, generation),
    forgetGenerations: async () => {
      if (kind === 'postgres') {
        await pool.query('DELETE FROM read_models.generation_states');
      } else {
        const { db, close } = await connectMongoReadStore(readStoreUrl, { applicationName: 'test' });
        await db.collection('read_models').deleteMany({});
        await close();
      }
    },
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
      const group = store.group('projections', folds);
      const lease = await group.acquire(partition, 'test', 60_000);
      const feeds = store.feeds('projections');
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

function documentsOf<Document>(store: GenerationDocuments, generation: string): TestDocuments<Document> {
  const put = async (...documents: readonly Document[]) => {
    const given = documents as readonly unknown[] as readonly ProjectedDocument[];
    const before = await store.load(
      generation,
      given.map(({ _id }) => _id),
    );
    const changes = given.map((document) => {
      const loadedAt = before.find(({ _id }) => _id === document._id)?.position;
      return { document, ...(loadedAt !== undefined && { loadedAt }) };
    });
    expect(await store.write(generation, changes)).toEqual([]);
  };
  const remove = async (id: string) => {
    for (const document of await store.load(generation, [id])) {
      expect(await store.remove(generation, document)).toBe(true);
    }
  };
  return {
    put,
    remove,
    find: async (id) => (await store.load(generation, [id]))[0] as Document | undefined,
    clear: async () => {
      for (let partition = 0; partition < partitions; partition += 1) {
        for await (const { _id } of store.scan(generation, partition)) {
          await remove(_id);
        }
      }
    },
  };
}

/** A replica set would name its members, and the client would bypass the link. */
function directly(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete('replicaSet');
  parsed.searchParams.set('directConnection', 'true');
  return parsed.href;
}
