import { isReadStoreNotReady, migrateReadModels, readStoreKinds } from '@tidemark/projections';
import { createTcpProxy, createTestDatabase, createTestMongo } from '@tidemark/test-servers';
import { openReadStore } from './read-store';

const options = { applicationName: 'open-read-store.int', serverSelectionTimeoutMs: 2_000 };

describe.each(readStoreKinds)('openReadStore of %s', (kind) => {
  let database: { readonly url: string; drop(): Promise<void> };

  beforeEach(async () => {
    database = await (kind === 'mongodb' ? createTestMongo() : createTestDatabase());
    await (kind === 'postgres' && migrateReadModels({ databaseUrl: database.url }));
  });
  afterEach(() => database.drop());

  const open = (log: string, { record = false, url = database.url } = {}) =>
    openReadStore({ kind, url }, { ...options, log, record });

  it('opens the documents of its own log, again and again, and refuses those of another', async () => {
    const recorded: unknown[] = [];
    for (const record of [false, true, true, false]) {
      const store = await open('one', { record });
      await store.requireReady();
      recorded.push(await store.projections.recordedLog());
      await store.close();
    }
    expect(recorded).toEqual([undefined, 'one', 'one', 'one']);
    for (const record of [true, false]) {
      const refusal: unknown = await open('two', { record }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'foreign_read_store',
        retryable: false,
        message: expect.stringContaining('another installation'),
      });
      expect(isReadStoreNotReady(refusal)).toBe(false);
    }
  });

  it('says that waiting may help when no server answers', async () => {
    const link = await createTcpProxy(database.url);
    link.partition();
    const refusal: unknown = await open('one', { url: link.url }).catch((error: unknown) => error);
    expect(isReadStoreNotReady(refusal)).toBe(true);
    expect(refusal).toMatchObject({ code: 'store_unavailable', retryable: true });
    await link.close();
  });
});

it('a Postgres without the schema is not ready', async () => {
  const database = await createTestDatabase();
  const refusal: unknown = await openReadStore(
    { kind: 'postgres', url: database.url },
    { ...options, log: 'one', record: true },
  ).catch((error: unknown) => error);
  expect(isReadStoreNotReady(refusal)).toBe(true);
  await database.drop();
});
