import { settlingCommands } from '@tidemark/mongodb';
import { createTcpProxy, createTestMongo, eventually, type TestMongo } from '@tidemark/testing';
import { MongoClient } from 'mongodb';
import { DocumentStoreUnavailableError } from './errors';
import { MongoDocumentStore } from './mongo-document-store';
import type { ProjectedDocument } from './projection';
import { refoldedAt } from './refolded-position';

let database: TestMongo;
let client: MongoClient;
let store: MongoDocumentStore;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
});
afterAll(async () => {
  await client.close();
  await database.drop();
});
beforeEach(async () => {
  await client.db().dropDatabase();
  store = new MongoDocumentStore(client.db());
});

interface Note extends ProjectedDocument {
  readonly text: string;
  readonly author?: { readonly name: string };
}

function note(_id: string, position: number, text = `${_id}${position}`, partition = 0): Note {
  return { _id, partition, position, text };
}

const model = 'notes';

describe('MongoDocumentStore', () => {
  it('loads what exists', async () => {
    expect(await store.write(model, [{ document: note('a', 1) }, { document: note('b', 2) }])).toEqual([]);
    expect(await store.load(model, ['a', 'x'])).toEqual([note('a', 1)]);
  });

  it('replaces a document as a whole, over the position at which it was loaded', async () => {
    await store.write(model, [{ document: { ...note('a', 1), author: { name: 'Ada' } } as Note }]);
    expect(await store.write(model, [{ document: note('a', 4), loadedAt: 1 }])).toEqual([]);
    expect(await store.load(model, ['a'])).toEqual([note('a', 4)]);
  });

  it.each([1, 2 ** 31 - 1, 2 ** 31, 2 ** 40])(
    'distinguishes the closest possible positions after %d',
    async (checkpoint) => {
      const first = refoldedAt(checkpoint, checkpoint);
      const second = refoldedAt(checkpoint, first);
      await store.write(model, [{ document: note('a', checkpoint) }]);
      expect(await store.write(model, [{ document: note('a', first), loadedAt: checkpoint }])).toEqual([]);
      expect(await store.load(model, ['a'])).toEqual([note('a', first)]);
      for (const stale of [checkpoint, second]) {
        expect(await store.write(model, [{ document: note('a', 9, 'stale'), loadedAt: stale }])).toEqual([
          'a',
        ]);
      }
      const query = { partition: 0, where: {}, limit: 9 };
      expect(await store.match(model, { ...query, before: first })).toEqual([]);
      expect(await store.match(model, { ...query, before: second })).toEqual([note('a', first)]);
      expect(await store.write(model, [{ document: note('a', second), loadedAt: first }])).toEqual([]);
      expect(await store.write(model, [{ document: note('a', checkpoint + 1), loadedAt: second }])).toEqual(
        [],
      );
      expect(await store.load(model, ['a'])).toEqual([note('a', checkpoint + 1)]);
    },
  );

  it('reports documents that another process wrote in between, and writes the others', async () => {
    await store.write(model, [
      { document: note('a', 3) },
      { document: note('b', 3) },
      { document: note('c', 3) },
    ]);
    const stale = await store.write(model, [
      { document: note('a', 5, 'stale'), loadedAt: 2 },
      { document: note('b', 5, 'fresh'), loadedAt: 3 },
      { document: note('c', 5, 'taken for new') },
      { document: note('d', 5, 'new') },
    ]);
    expect([...stale].sort()).toEqual(['a', 'c']);
    expect(await store.load(model, ['a', 'b', 'c', 'd'])).toEqual(
      expect.arrayContaining([note('a', 3), note('b', 5, 'fresh'), note('c', 3), note('d', 5, 'new')]),
    );
  });

  it('finds documents of one partition by inner fields, below a position, in chunks', async () => {
    const written = [
      { ...note('a', 1), author: { name: 'Ada' } },
      { ...note('b', 9), author: { name: 'Ada' } },
      { ...note('c', 2), author: { name: 'Ada' } },
      { ...note('d', 2), author: { name: 'Bob' } },
      { ...note('e', 2, 'elsewhere', 1), author: { name: 'Ada' } },
      { ...note('f', 3), author: { name: 'Ada' } },
    ];
    await store.write(
      model,
      written.map((document) => ({ document })),
    );
    const query = { partition: 0, where: { 'author.name': 'Ada' }, before: 9, limit: 2 };
    expect(await store.match(model, query)).toEqual([written[0], written[2]]);
    expect(await store.match(model, { ...query, afterId: 'c' })).toEqual([written[5]]);
  });

  it.each([
    ['read', (distant: MongoDocumentStore) => distant.load(model, ['a'])],
    ['written to', (distant: MongoDocumentStore) => distant.write(model, [{ document: note('a', 1) }])],
  ])('throws its own retryable fault if the server becomes unavailable while it is %s', async (_, work) => {
    const link = await createTcpProxy(database.url);
    const options = { ...settlingCommands, serverSelectionTimeoutMS: 2_000 };
    const distant = await MongoClient.connect(link.url, options);
    try {
      link.hang();
      const outcome = work(new MongoDocumentStore(distant.db())).catch((error: unknown) => error);
      await eventually(() => link.keptBack > 0);
      link.partition();
      const failure = await outcome;
      expect(failure).toBeInstanceOf(DocumentStoreUnavailableError);
      expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    } finally {
      await distant.close();
      await link.close();
    }
  });
});
