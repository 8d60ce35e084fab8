import type { ProjectedDocument } from '../projection';
import type {
  Comparison,
  Conditions,
  FieldValue,
  PageQuery,
  ReadModelQueries,
  SumsQuery,
  SumsRow,
} from '../queries/read-model-queries';
import type { Tally, TallyDocument, TallyEntry } from '../tally/define-tally';
import type { InMemoryDocuments } from './in-memory-documents';

/** Queries of documents in memory. Every query reads all documents of the generation. */
export function inMemoryQueries(documents: InMemoryDocuments): ReadModelQueries {
  return {
    find: async (_readModel, generation, lookUps) =>
      documents
        .all(generation)
        .filter((document) =>
          lookUps.some(({ ids, where }) => ids.includes(document._id) && meets(document, where)),
        ),
    page: async (_readModel, generation, query) => pageOf(documents.all(generation), query),
    addUp: async (tally, generation, query) =>
      sumsOf(
        tally,
        documents.all(generation) as readonly unknown[] as readonly TallyDocument[],
        query,
      ) as never,
  };
}

function pageOf(
  documents: readonly ProjectedDocument[],
  { where, order, after, limit }: PageQuery,
): readonly ProjectedDocument[] {
  type Place = { readonly key: FieldValue | undefined; readonly id: string };
  const placeOf = (document: ProjectedDocument): Place => ({
    key: valueAt(document, order.field),
    id: document._id,
  });
  const compare = (one: Place, other: Place) =>
    order.direction * (compareValues(one.key, other.key) || compareValues(one.id, other.id));
  return documents
    .filter((document) => where.every((conditions) => meets(document, conditions)))
    .filter((document) => !after || compare(placeOf(document), after) > 0)
    .sort((one, other) => compare(placeOf(one), placeOf(other)))
    .slice(0, limit);
}

function sumsOf(
  { sums }: Tally,
  documents: readonly TallyDocument[],
  { where, groupBy, sort = {}, limit = Infinity }: SumsQuery,
): readonly SumsRow<Tally, string>[] {
  const rows = new Map<string, Record<string, string | number>>();
  for (const entry of documents.flatMap(({ entries }) => entries).filter((one) => meets(one, where))) {
    const by = groupBy.map((field) => [field, entry[field]!] as const);
    const key = JSON.stringify(by);
    const row = rows.get(key) ?? Object.fromEntries([...by, ...sums.map((sum) => [sum, 0] as const)]);
    sums.forEach((sum) => (row[sum] = Number(row[sum]) + Number(entry[sum])));
    rows.set(key, row);
  }
  const compare = (one: TallyEntry, other: TallyEntry) =>
    Object.entries(sort).reduce(
      (order, [field, direction]) => order || direction * compareValues(one[field], other[field]),
      0,
    );
  return [...rows.values()]
    .filter((row) => sums.some((sum) => row[sum] !== 0))
    .sort(compare)
    .slice(0, limit) as never;
}

function meets(fields: object, conditions: Conditions): boolean {
  return Object.entries(conditions).every(
    ([path, comparison]) => !comparison || isMet(valueAt(fields, path), comparison),
  );
}

function isMet(value: FieldValue | undefined, comparison: Comparison): boolean {
  const bounds = Object.entries(comparison).filter(([, bound]) => bound !== undefined);
  return bounds.every(([operator, operand]: [string, unknown]) => {
    if (operator === 'in') {
      return (operand as readonly unknown[]).includes(value);
    }
    // A comparison with a value of another type is never met.
    if (value === undefined || typeof value !== typeof operand) {
      return false;
    }
    if (operator === 'startsWith') {
      return (value as string).startsWith(operand as string);
    }
    return comparisons[operator as keyof typeof comparisons](compareValues(value, operand as FieldValue));
  });
}

const comparisons = {
  eq: (order: number) => order === 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
};

/** Texts are in the order of their code points, as in databases. A missing value comes first. */
function compareValues(one: FieldValue | undefined, other: FieldValue | undefined): number {
  if (one === undefined || other === undefined) {
    return Number(one !== undefined) - Number(other !== undefined);
  }
  if (typeof one === 'string' && typeof other === 'string') {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return Number(one) - Number(other);
}

function valueAt(fields: object, path: string): FieldValue | undefined {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], fields) as
    FieldValue | undefined;
}
