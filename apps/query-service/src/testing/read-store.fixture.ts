import { migrateReadModels, type LookUp, type ProjectedDocument } from '@tidemark/projections';
import {
  connectReadStore,
  readModelNames as names,
  readModels,
  type ReadModelName,
  type ReadModels,
  type ReadStore,
  type ReadStoreKind,
} from '@tidemark/read-models';
import { createTestDatabase, createTestMongo } from '@tidemark/test-servers';

/** A read store of its own, with one place for each read model, named after it. */
export interface TestReadStore {
  readonly store: ReadStore;
  /** The administrator's URL. */
  readonly url: string;
  put<Name extends ReadModelName>(name: Name, documents: readonly ReadModels[Name][]): Promise<void>;
  find(name: ReadModelName, lookUps: readonly LookUp[]): Promise<readonly ProjectedDocument[]>;
  stop(): Promise<void>;
}

export async function startReadStore(kind: ReadStoreKind): Promise<TestReadStore> {
  const database = kind === 'mongodb' ? await createTestMongo() : await createTestDatabase();
  if (kind === 'postgres') {
    await migrateReadModels({ databaseUrl: database.url });
  }
  const store = await connectReadStore({ kind, url: database.url }, { applicationName: 'test' });
  const { documents } = store.projections;
  await Promise.all(names.map((name) => documents.prepare(readModels[name], name)));
  return {
    store,
    url: database.url,
    put: async (name, given) => {
      const changes = (given as readonly ProjectedDocument[]).map((document) => ({ document }));
      expect(await documents.write(name, changes)).toEqual([]);
    },
    find: (name, lookUps) => store.queries.find(readModels[name], name, lookUps),
    stop: async () => {
      await store.close();
      await database.drop();
    },
  };
}
