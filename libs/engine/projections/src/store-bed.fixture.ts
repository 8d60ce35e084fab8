import { createPool } from '@tidemark/postgres';
import { createTestDatabase, createTestMongo, eventually } from '@tidemark/test-servers';
import { MongoClient, type Db, type OptionalUnlessRequiredId } from 'mongodb';
import type { Pool } from 'pg';
import { cardModel, ownerModel } from './board.fixture';
import { inMemoryProjectionStore } from './in-memory/in-memory-projection-store';
import { mongoProjectionStore } from './mongodb/mongo-projection-store';
import { mongoQueries } from './mongodb/mongo-queries';
import { migrateReadModels, readModelsSchema as schema } from './postgres/migrate-read-models';
import { postgresProjectionStore } from './postgres/postgres-projection-store';
import { postgresQueries } from './postgres/postgres-queries';
import type { ProjectedDocument } from './projection';
import type { ProjectionStore } from './generations/projection-store';
import type { ReadModelQueries } from './queries/read-model-queries';
import type { ReadModel } from './read-model/define-read-model';
import { pointsModel } from './tally/points.fixture';

export const storeKinds = ['MongoDB', 'Postgres', 'memory'] as const;

export type StoreKind = (typeof storeKinds)[number];

/** A database of one kind, for the tests that every kind must pass. */
export interface StoreBed {
  readonly url: string;
  readonly store: ProjectionStore;
  readonly queries: ReadModelQueries;
  /** Every document of a generation, in order of their ids. */
  stored(generation: string): Promise<readonly ProjectedDocument[]>;
  /** Writes a document or replaces another one, past every guard. */
  put(generation: string, document: ProjectedDocument): Promise<void>;
  /** Whether there is a place for the generation. */
  has(generation: string): Promise<boolean>;
  /**
   * Loses everything, and then creates again the places for the generations that `open` got, as a service does at its
   * start.
   */
  loseEverything(): Promise<void>;
  /** The same database through another connection, with short time-outs. */
  reopen(url: string): Promise<{ readonly store: ProjectionStore; close(): Promise<void> }>;
  close(): Promise<void>;
}

/** The read models by the names of their generations. */
export type Places = Readonly<Record<string, ReadModel>>;

const readModels = [cardModel, ownerModel, pointsModel];

export function openStoreBed(
  kind: StoreKind,
  places: Places = {},
  others: readonly ReadModel[] = [],
): Promise<StoreBed> {
  switch (kind) {
    case 'MongoDB':
      return openMongo(places);
    case 'Postgres':
      return openPostgres(places, [...readModels, ...others]);
    case 'memory':
      return openMemory(places);
    default:
      return kind satisfies never;
  }
}

async function openMemory(places: Places): Promise<StoreBed> {
  const store = inMemoryProjectionStore();
  const { documents, queries } = store;
  await prepareAll(store, places);
  return {
    url: 'memory',
    store,
    queries,
    stored: async (generation) => documents.all(generation),
    put: async (model, document) => documents.put({ model, changes: [{ document }] }),
    has: async (generation) => documents.has(generation),
    loseEverything: async () => {
      store.clear();
      await prepareAll(store, places);
    },
    reopen: async () => ({ store, close: async () => undefined }),
    close: async () => undefined,
  };
}

const queryOptions = { timeLimitMs: 30_000 };
const soonMs = 2_000;

async function openMongo(places: Places): Promise<StoreBed> {
  const database = await createTestMongo();
  const client = await MongoClient.connect(database.url, { ignoreUndefined: true });
  const db = client.db();
  const store = mongoProjectionStore(db);
  const collection = (generation: string) => db.collection<ProjectedDocument>(generation);
  const loseEverything = async () => {
    await fenceEverybodyOff(db);
    await db.dropDatabase();
    await prepareAll(store, places);
  };
  await loseEverything();
  return {
    url: database.url,
    store,
    queries: mongoQueries(db, queryOptions),
    stored: (generation) => collection(generation).find().sort({ _id: 1 }).toArray(),
    put: async (generation, document) => {
      await collection(generation).replaceOne(
        { _id: document._id },
        document as OptionalUnlessRequiredId<ProjectedDocument>,
        { upsert: true },
      );
    },
    has: async (generation) => (await db.listCollections().toArray()).some(({ name }) => name === generation),
    loseEverything,
    reopen: async (url) => {
      const distant = await MongoClient.connect(url, {
        serverSelectionTimeoutMS: soonMs,
        socketTimeoutMS: soonMs,
      });
      return { store: mongoProjectionStore(distant.db()), close: () => distant.close() };
    },
    close: async () => {
      await client.close();
      await database.drop();
    },
  };
}

/**
 * The stand-in drops a database collection by collection. An owner that continued in between would find its checkpoint
 * gone and its documents still there.
 */
async function fenceEverybodyOff(db: Db): Promise<void> {
  const byNobody = { owner: 'nobody', ttlMs: 60_000 };
  await db
    .collection('consumer_partitions')
    .updateMany({}, { $set: byNobody, $inc: { epoch: 1 }, $currentDate: { touchedAt: true } });
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  for (const { name } of collections.filter((one) => /_v\d+_g\d+$/.test(one.name))) {
    await db.collection(name).drop();
  }
}

async function openPostgres(places: Places, models: readonly ReadModel[]): Promise<StoreBed> {
  const database = await createTestDatabase();
  await migrateReadModels({ databaseUrl: database.url });
  const pool = createPool({ url: database.url, applicationName: 'store-bed' });
  const store = postgresProjectionStore(pool, models);
  await prepareAll(store, places);
  const quoted = (name: string) => `${schema}."${name}"`;
  return {
    url: database.url,
    store,
    queries: postgresQueries(pool, models),
    stored: async (generation) => {
      const found: ProjectedDocument[] = [];
      const { rows } = await pool.query<{ partition: number }>(
        `SELECT DISTINCT partition FROM ${quoted(generation)}`,
      );
      for (const { partition } of rows) {
        for await (const document of store.documents.scan(generation, partition)) {
          found.push(document);
        }
      }
      return found.sort((a, b) => (a._id < b._id ? -1 : 1));
    },
    put: async (generation, document) => {
      await store.documents.prepare(modelOf(models, generation), generation);
      await pool.query(`DELETE FROM ${quoted(generation)} WHERE _id = $1`, [document._id]);
      expect(await store.documents.write(generation, [{ document }])).toEqual([]);
    },
    has: async (generation) => (await tablesOf(pool)).includes(generation),
    loseEverything: async () => {
      await emptyTables(pool, Object.keys(places));
      // A test may have dropped some of them.
      const left = await tablesOf(pool);
      await prepareAll(
        store,
        Object.fromEntries(Object.entries(places).filter(([generation]) => !left.includes(generation))),
      );
    },
    reopen: (url) => {
      const distant = createPool({
        url,
        applicationName: 'store-bed',
        acquireTimeoutMs: soonMs,
        answerTimeoutMs: soonMs,
      });
      return Promise.resolve({ store: postgresProjectionStore(distant, models), close: () => distant.end() });
    },
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

function modelOf(models: readonly ReadModel[], generation: string): ReadModel {
  return models.find(({ name }) => generation.replace(/_v\d+_g\d+$/, '') === name)!;
}

async function prepareAll(store: ProjectionStore, places: Places): Promise<void> {
  await store.prepare();
  for (const [generation, readModel] of Object.entries(places)) {
    await store.documents.prepare(readModel, generation);
  }
}

async function tablesOf(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migrations'`,
    [schema],
  );
  return rows.map(({ tablename }) => tablename);
}

const lockNotAvailable = '55P03';
const undefinedTable = '42P01';

/**
 * Empties all tables at one instant. It holds no lock while it waits for another, so that it ends no transaction of a
 * test.
 */
async function emptyTables(pool: Pool, kept: readonly string[]): Promise<void> {
  await eventually(async () => {
    const tables = await tablesOf(pool);
    const isKept = (table: string) =>
      !/_v\d+_g\d+(_entries)?$/.test(table) || kept.includes(table.replace(/_entries$/, ''));
    const client = await pool.connect();
    try {
      await client.query(
        [
          'BEGIN',
          `LOCK TABLE ${tables.map((name) => `${schema}."${name}"`).join(', ')} IN ACCESS EXCLUSIVE MODE NOWAIT`,
          ...tables.map((name) => `${isKept(name) ? 'DELETE FROM' : 'DROP TABLE'} ${schema}."${name}"`),
          'COMMIT',
        ].join('; '),
      );
    } catch (error) {
      await client.query('ROLLBACK');
      const { code } = error as { code?: string };
      if (code !== lockNotAvailable && code !== undefinedTable) {
        throw error;
      }
      return false;
    } finally {
      client.release();
    }
    return true;
  });
}
