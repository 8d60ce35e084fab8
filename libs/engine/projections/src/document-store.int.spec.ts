import { createTcpProxy, eventually } from '@tidemark/test-servers';
import { z } from 'zod';
import type { DocumentStore, GenerationDocuments } from './document-store';
import { DocumentStoreUnavailableError } from './errors';
import type { ProjectedDocument } from './projection';
import { defineReadModel, type DocumentOf } from './read-model/define-read-model';
import { refoldedAt } from './refolded-position';
import { openStoreBed, storeKinds, type StoreBed } from './store-bed.fixture';

describe.each(storeKinds)('on %s', (kind) => {
  const notes = defineReadModel({
    name: 'notes',
    fields: {
      text: z.string(),
      author: z.strictObject({ name: z.string() }).optional(),
      written: z.date().optional(),
      changes: z.array(z.strictObject({ at: z.date(), by: z.string() })).optional(),
    },
    indexes: { author: { 'author.name': 1 }, written: { written: -1 } },
  });

  let bed: StoreBed;
  let store: GenerationDocuments;

  beforeAll(async () => {
    bed = await openStoreBed(kind, { notes_v1_g1: notes }, [notes]);
    store = bed.store.documents;
  });
  afterAll(() => bed.close());
  beforeEach(() => bed.loseEverything());

  type Note = DocumentOf<typeof notes>;

  function note(_id: string, position: number, text = `${_id}${position}`, partition = 0): Note {
    return { _id, partition, position, text };
  }

  const model = 'notes_v1_g1';

  describe('a document store', () => {
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
      'distinguishes the two closest positions after %d',
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

    it('gives back dates as dates, however deep, and leaves out fields without a value', async () => {
      const at = new Date('2026-01-31T12:34:56.789Z');
      const written = { ...note('a', 1), written: at, changes: [{ at, by: 'Ada' }], author: undefined };
      await store.write(model, [{ document: written as ProjectedDocument }]);
      const [loaded] = await store.load(model, ['a']);
      expect(loaded).toStrictEqual({ ...note('a', 1), written: at, changes: [{ at, by: 'Ada' }] });
    });

    it('removes a document only where it was loaded', async () => {
      await store.write(model, [{ document: note('a', 3) }]);
      expect(await store.remove(model, note('a', 2))).toBe(false);
      expect(await store.remove(model, note('a', 3))).toBe(true);
      expect(await store.remove(model, note('a', 3))).toBe(false);
      expect(await store.isEmpty(model)).toBe(true);
    });

    it('counts and scans the documents of a partition, and drops a generation with all of them', async () => {
      const many = Array.from({ length: 1_001 }, (_, n) => note(`n${n}`, n + 1));
      await store.write(
        model,
        [...many, note('elsewhere', 1, 'text', 1)].map((document) => ({ document })),
      );
      expect(await store.count(model, 0)).toBe(1_001);
      const scanned = new Set<string>();
      for await (const { _id } of store.scan(model, 0)) {
        scanned.add(_id);
      }
      expect(scanned).toEqual(new Set(many.map(({ _id }) => _id)));
      await store.drop(model);
      await store.drop(model);
      expect(await bed.has(model)).toBe(false);
      await store.prepare(notes, model);
      expect(await store.isEmpty(model)).toBe(true);
    });

    // Memory has no server to lose.
    if (kind !== 'memory') {
      it.each([
        ['read', (distant: DocumentStore) => distant.load(model, ['a'])],
        ['written to', (distant: DocumentStore) => distant.write(model, [{ document: note('a', 1) }])],
      ])('throws a retryable fault of its own when the server is lost while it is %s', async (_, work) => {
        const link = await createTcpProxy(bed.url);
        const distant = await bed.reopen(link.url);
        try {
          await distant.store.documents.load(model, []);
          link.hang();
          const outcome = work(distant.store.documents).catch((error: unknown) => error);
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
    }
  });
});
