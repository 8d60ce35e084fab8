import { createPool } from '@tidemark/postgres';
import { migrateReadModels, type ProjectionStore } from '@tidemark/projections';
import {
  connectMongoReadStore,
  connectPostgresReadStore,
  readModels,
  type ReadStoreKind,
} from '@tidemark/read-models';
import { createTestDatabase, createTestMongo } from '@tidemark/test-servers';
import type { Db } from 'mongodb';
import type { Pool } from 'pg';
import { models } from './traffic';

const options = { applicationName: 'tidemark-bench', maxConnections: 32 };

/** A database of its own, with the collections or tables that the service would create. */
export interface BenchReadStore {
  readonly store: ProjectionStore;
  readonly db?: Db;
  readonly pool?: Pool;
}

export function withReadStore<Result>(
  kind: ReadStoreKind,
  work: (store: BenchReadStore) => Promise<Result>,
): Promise<Result> {
  return kind === 'mongodb' ? withMongo(work) : withPostgres(work);
}

async function withMongo<Result>(work: (store: BenchReadStore) => Promise<Result>): Promise<Result> {
  const database = await createTestMongo();
  const { db, projections, close } = await connectMongoReadStore(database.url, options);
  try {
    await prepare(projections);
    return await work({ store: projections, db });
  } finally {
    await close();
    await database.drop();
  }
}

async function withPostgres<Result>(work: (store: BenchReadStore) => Promise<Result>): Promise<Result> {
  const database = await createTestDatabase();
  await migrateReadModels({ databaseUrl: database.url });
  const { projections, close } = await connectPostgresReadStore(database.url, options);
  const pool = createPool({ url: database.url, ...options });
  try {
    await prepare(projections);
    return await work({ store: projections, pool });
  } finally {
    await pool.end();
    await close();
    await database.drop();
  }
}

async function prepare(store: ProjectionStore): Promise<void> {
  for (const { name, generation } of models) {
    await store.documents.prepare(readModels[name], generation);
  }
}
