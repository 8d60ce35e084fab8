import fc from 'fast-check';
import { z } from 'zod';
import { defineReadModel, type DocumentOf } from '../read-model/define-read-model';
import { openStoreBed, storeKinds, type StoreBed } from '../store-bed.fixture';
import type { Comparison, Conditions, FieldPath, FieldValue } from './read-model-queries';

const things = defineReadModel({
  name: 'things',
  fields: {
    name: z.string(),
    size: z.number(),
    isOpen: z.boolean(),
    madeAt: z.date(),
    inner: z.strictObject({ note: z.string(), count: z.number().optional() }),
  },
  indexes: { size: { size: -1 }, made: { madeAt: 1 }, name: { name: 1 }, note: { 'inner.note': 1, size: 1 } },
});

type Thing = DocumentOf<typeof things>;
type Field = FieldPath<Thing>;

const generation = 'things_v1_g1';
const texts = ['', 'a', 'A', 'ab', 'a.b', 'b', 'é', 'ä', '%', '_', '$gt', "o'neil", '\\', '\u{1f600}', '~'];
const text = fc.constantFrom(...texts);
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 2 ** 53 - 1));
const date = fc.integer({ min: 0, max: 4 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day, 0, 0, 0, day)));

const documents: fc.Arbitrary<readonly Thing[]> = fc.uniqueArray(
  fc.record({
    _id: fc.constantFrom('1', '2', '10', 'a', 'B', 'b', 'é', 'x y'),
    partition: fc.constantFrom(0, 1),
    position: fc.integer({ min: 1, max: 9 }),
    name: text,
    size: number,
    isOpen: fc.boolean(),
    madeAt: date,
    inner: fc.record({ note: text, count: number }, { requiredKeys: ['note'] }),
  }),
  { selector: ({ _id }) => _id, maxLength: 8 },
);

const rangeOf = <Value extends FieldValue>(value: fc.Arbitrary<Value>) =>
  fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] });
const ofText: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({ eq: text }),
  fc.record({ in: fc.array(text, { maxLength: 3 }) }),
  fc.record({ startsWith: text }),
  rangeOf(text),
);
const ofNumber: fc.Arbitrary<Comparison> = fc.oneof(fc.record({ eq: number }), rangeOf(number));
const conditions: fc.Arbitrary<Conditions<Field>> = fc.record(
  {
    name: ofText,
    size: ofNumber,
    isOpen: fc.record({ eq: fc.boolean() }),
    madeAt: fc.oneof(fc.record({ eq: date }), rangeOf(date)),
    'inner.note': ofText,
    'inner.count': ofNumber,
  },
  { requiredKeys: [] },
);
const order = fc.record({
  field: fc.constantFrom('_id', 'name', 'size', 'madeAt'),
  direction: fc.constantFrom(1 as const, -1 as const),
});

/** By code points, as databases compare texts. */
function compare(a: FieldValue, b: FieldValue): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Number(a) - Number(b);
}

function valueOf(thing: Thing, field: string): FieldValue | undefined {
  return field
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], thing) as FieldValue;
}

function meets(value: FieldValue | undefined, comparison: Comparison): boolean {
  if ('eq' in comparison) {
    return value !== undefined && compare(value, comparison.eq) === 0;
  }
  if ('in' in comparison) {
    return comparison.in.includes(value as string);
  }
  if ('startsWith' in comparison) {
    return (value as string).startsWith(comparison.startsWith);
  }
  const { gt, gte, lt, lte } = comparison;
  return [
    gt === undefined || (value !== undefined && compare(value, gt) > 0),
    gte === undefined || (value !== undefined && compare(value, gte) >= 0),
    lt === undefined || (value !== undefined && compare(value, lt) < 0),
    lte === undefined || (value !== undefined && compare(value, lte) <= 0),
  ].every(Boolean);
}

function meetsAll(thing: Thing, where: Conditions): boolean {
  return Object.entries(where).every(
    ([field, one]) => !one || isEmpty(one) || meets(valueOf(thing, field), one),
  );
}

/** A range without bounds restricts nothing. */
function isEmpty(comparison: Comparison): boolean {
  return Object.keys(comparison).length === 0;
}

describe.each(storeKinds)('queries of read models in %s', (kind) => {
  let bed: StoreBed;

  beforeAll(async () => {
    bed = await openStoreBed(kind, { [generation]: things }, [things]);
  });
  afterAll(() => bed.close());

  async function store(given: readonly Thing[]): Promise<void> {
    await bed.loseEverything();
    const changes = given.map((document) => ({ document }));
    expect(await bed.store.documents.write(generation, changes)).toEqual([]);
  }

  it('return the documents that meet all conditions page by page, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(conditions, { maxLength: 2 }),
        order,
        fc.integer({ min: 1, max: 3 }),
        async (given, where, { field, direction }, limit) => {
          await store(given);
          const sorted = given
            .filter((thing) => where.every((one) => meetsAll(thing, one)))
            .sort((a, b) => {
              const byField = compare(valueOf(a, field)!, valueOf(b, field)!);
              return direction * (byField || compare(a._id, b._id));
            });
          const pages: Thing[] = [];
          for (let after: { key: FieldValue; id: string } | undefined; ;) {
            const query = { where, order: { field, direction }, limit, ...(after && { after }) };
            const page = (await bed.queries.page(things, generation, query)) as unknown as readonly Thing[];
            pages.push(...page);
            const last = page.at(-1);
            if (!last || page.length < limit) {
              break;
            }
            after = { key: valueOf(last, field)!, id: last._id };
          }
          expect(pages).toEqual(sorted);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('find documents by ids only if they meet the conditions of the look-up', async () => {
    const lookUps = fc.array(
      fc.record({
        ids: fc.uniqueArray(fc.constantFrom<string[]>('1', '2', 'a', 'é', 'none'), { minLength: 1 }),
        where: conditions,
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(documents, lookUps, async (given, asked) => {
        await store(given);
        const expected = given.filter((thing) =>
          asked.some(({ ids, where }) => ids.includes(thing._id) && meetsAll(thing, where)),
        );
        const found = await bed.queries.find(things, generation, asked);
        const ids = (all: readonly { _id: string }[]) => all.map(({ _id }) => _id).sort();
        expect(ids(found)).toEqual(ids(expected));
      }),
      { numRuns: 50 },
    );
  });

  it('find nothing for a text that no document can contain, and do not fail', async () => {
    await store([]);
    const where = [{ name: { eq: 'a\u0000b' } }, { name: { startsWith: '\ud800' } }];
    const after = { key: 'x\u0000', id: '\u0000' };
    const query = { where, order: { field: 'name', direction: 1 } as const, limit: 1, after };
    expect(await bed.queries.page(things, generation, query)).toEqual([]);
  });
});
