import {
  GenerationRegistry,
  generationName,
  migrateReadModels,
  type ProjectedDocument,
} from '@tidemark/projections';
import {
  connectMongoReadStore,
  connectReadStore,
  type MongoReadStore,
  type ReadStore,
  type ReadStoreKind,
} from '@tidemark/read-models';
import {
  loseReadModels,
  postgresUrlAs,
  serviceLogins,
  testReadStore,
  testServer,
  type Storage,
} from '@tidemark/test-servers';
import { Client } from 'pg';

/** Where the read models of a test are: in its MongoDB database, or in the schema `read_models` of its Postgres one. */
export interface TestReadSide {
  readonly kind: ReadStoreKind;
  /** With all rights. */
  readonly store: ReadStore;
  /** The settings of a projection-service. */
  readonly env: Readonly<Record<string, string>>;
  /** The name of the live generation. */
  live(name: string): Promise<string>;
  /** Every document of a generation, in order of their ids. */
  stored(generation: string): Promise<readonly ProjectedDocument[]>;
  /** The names of the declared indexes. */
  indexesOf(generation: string): Promise<readonly string[]>;
  /** How many replicas are in the group. */
  members(group: string): Promise<number>;
  /** Replaces a document, past every guard. */
  put(generation: string, document: ProjectedDocument): Promise<void>;
  /** Loses the documents and everything beside them, as if the database had come back empty after its migrations. */
  loseEverything(): Promise<void>;
  close(): Promise<void>;
}

const mostPartitions = 16;

export async function openReadSide(
  { databaseUrl, mongodbUrl: givenUrl }: Pick<Storage, 'databaseUrl' | 'mongodbUrl'>,
  kind: ReadStoreKind = testReadStore(),
): Promise<TestReadSide> {
  const options = { applicationName: 'test' };
  const mongodbUrl = kind === 'mongodb' ? (givenUrl ?? testServer('mongodb')) : '';
  const url = kind === 'mongodb' ? mongodbUrl : databaseUrl;
  const login = serviceLogins(databaseUrl)['projection-service'];
  if (kind === 'postgres') {
    await migrateReadModels({ databaseUrl, logins: { writer: [login] } });
  }
  const store = await connectReadStore({ kind, url }, options);
  const { documents } = store.projections;
  const stored = async (generation: string) => {
    const found: ProjectedDocument[] = [];
    for (let partition = 0; partition < mostPartitions; partition += 1) {
      for await (const document of documents.scan(generation, partition)) {
        found.push(document);
      }
    }
    return found.sort((a, b) => (a._id < b._id ? -1 : 1));
  };
  return {
    kind,
    store,
    env:
      kind === 'mongodb'
        ? { MONGODB_URL: mongodbUrl }
        : { READ_STORE_DATABASE_URL: postgresUrlAs(databaseUrl, login) },
    live: async (name) => {
      const state = await new GenerationRegistry(store.projections).state(name);
      return generationName(name, state!.live);
    },
    stored,
    put: async (generation, document) => {
      const [before] = await documents.load(generation, [document._id]);
      const change = { document, ...(before && { loadedAt: before.position }) };
      expect(await documents.write(generation, [change])).toEqual([]);
    },
    indexesOf: (generation) =>
      kind === 'mongodb'
        ? withMongo(mongodbUrl, async (db) => {
            const indexes = await db.collection(generation).indexes();
            return indexes.map(({ name }) => name!);
          })
        : withPostgres(databaseUrl, async (client) => {
            const { rows } = await client.query<{ indexname: string }>(
              `SELECT indexname FROM pg_indexes WHERE schemaname = 'read_models' AND indexname LIKE $1 || '\\_%'`,
              [generation],
            );
            return rows.map(({ indexname }) => indexname.slice(generation.length + 1));
          }),
    members: (group) =>
      kind === 'mongodb'
        ? withMongo(mongodbUrl, (db) => db.collection('consumer_members').countDocuments({ group }))
        : withPostgres(databaseUrl, async (client) => {
            const { rowCount } = await client.query(
              'SELECT FROM read_models.consumer_members WHERE group_name = $1',
              [group],
            );
            return rowCount ?? 0;
          }),
    loseEverything: () => loseReadModels({ databaseUrl, ...(kind === 'mongodb' && { mongodbUrl }) }),
    close: () => store.close(),
  };
}

async function withMongo<Result>(
  url: string,
  work: (db: MongoReadStore['db']) => Promise<Result>,
): Promise<Result> {
  const { db, close } = await connectMongoReadStore(url, { applicationName: 'test' });
  try {
    return await work(db);
  } finally {
    await close();
  }
}

async function withPostgres<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
