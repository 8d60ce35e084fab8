import type { Pool } from 'pg';
import type { LookUp, PageQuery, ReadModelQueries, SumsQuery } from '../queries/read-model-queries';
import type { ReadModel } from '../read-model/define-read-model';
import { conditionsOf, Parameters } from './conditions';
import { GenerationTables, type StoredGeneration } from './generation-tables';
import { shortened } from './identifiers';

/**
 * Queries of read models in Postgres.
 *
 * @param pool made by `createPool`, as a member of the reader's role. Its `statementTimeoutMs` is the time limit of
 * each query.
 */
export function postgresQueries(pool: Pool, readModels: readonly ReadModel[]): ReadModelQueries {
  const tables = new GenerationTables(readModels);
  return {
    async find(_readModel, generation, lookUps) {
      const stored = tables.of(generation);
      const { rows } = await pool.query(lookUpStatement(stored, lookUps));
      return rows.map(stored.documentOf);
    },
    async page(_readModel, generation, query) {
      const stored = tables.of(generation);
      const { rows } = await pool.query(pageStatement(stored, query));
      return rows.map(stored.documentOf);
    },
    async addUp(_tally, generation, query) {
      const { rows } = await pool.query(sumsStatement(tables.of(generation), query));
      return rows;
    },
  };
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
}

/** The usual look-ups are prepared, because making their plan costs more than carrying it out. */
function lookUpStatement(stored: StoredGeneration, lookUps: readonly LookUp[]): Statement {
  const { selected, table, field, definition } = stored;
  const parameters = new Parameters();
  const alternatives = lookUps.map(({ ids, where }) =>
    [idIn(ids, parameters), ...conditionsOf(where, field, parameters)].join(' AND '),
  );
  const text = `SELECT ${selected} FROM ${table} WHERE ${anyOf(alternatives)}`;
  const [only] = lookUps.length === 1 ? lookUps : [];
  const isUsual = only && Object.values(only.where).every((one) => one && 'in' in one && one.in.length === 1);
  return {
    text,
    values: parameters.values,
    ...(isUsual && { name: shortened(['tidemark find', definition.generation, ...shapeOf(only)].join(' ')) }),
  };
}

/** Look-ups of the same shape have the same text. */
function shapeOf({ ids, where }: LookUp): readonly string[] {
  return [ids.length === 1 ? 'one' : 'some', ...Object.keys(where)];
}

function idIn(ids: readonly string[], parameters: Parameters): string {
  return ids.length === 1 ? `_id = ${parameters.add(ids[0]!)}` : `_id = ANY (${parameters.add(ids)})`;
}

/**
 * Not prepared, because a generic plan could not distinguish a page from the whole list, and would sort. The limit is
 * part of the text for the same reason.
 */
function pageStatement({ selected, table, field }: StoredGeneration, query: PageQuery): Statement {
  const { where, order, after, limit } = query;
  const parameters = new Parameters();
  const conditions = where.flatMap((one) => conditionsOf(one, field, parameters));
  const sorted = order.field === '_id' ? ['_id'] : [field(order.field), '_id'];
  if (after) {
    const place = (order.field === '_id' ? [after.id] : [after.key, after.id]).map((value) =>
      parameters.add(value),
    );
    conditions.push(`(${sorted.join(', ')}) ${order.direction === 1 ? '>' : '<'} (${place.join(', ')})`);
  }
  const direction = order.direction === 1 ? 'ASC' : 'DESC';
  return {
    text: `
SELECT ${selected} FROM ${table}
 WHERE ${allOf(conditions)}
 ORDER BY ${sorted.map((key) => `${key} ${direction}`).join(', ')}
 LIMIT ${Number(limit)}`,
    values: parameters.values,
  };
}

function sumsStatement({ definition, entries }: StoredGeneration, query: SumsQuery): Statement {
  const { where, groupBy, sort, limit } = query;
  const { sums } = definition.readModel as unknown as { readonly sums: readonly string[] };
  const field = (name: string) => definition.entryField(name);
  const parameters = new Parameters();
  const conditions = conditionsOf(where, field, parameters);
  const keys = groupBy.map(field);
  const total = (sum: string) => `sum(${field(sum)})`;
  const order = Object.entries(sort ?? {}).map(
    ([name, direction]) =>
      `${sums.includes(name) ? total(name) : field(name)} ${direction === 1 ? 'ASC' : 'DESC'}`,
  );
  return {
    text: `
SELECT ${[...keys, ...sums.map((sum) => `${total(sum)} AS ${field(sum)}`)].join(', ')}
  FROM ${entries}
 WHERE ${allOf(conditions)}
 GROUP BY ${keys.join(', ')}
HAVING ${anyOf(sums.map((sum) => `${total(sum)} <> 0`))}
${order.length > 0 ? ` ORDER BY ${order.join(', ')}` : ''}
${limit === undefined ? '' : ` LIMIT ${Number(limit)}`}`,
    values: parameters.values,
  };
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0]! : conditions.map((one) => `(${one})`).join(' OR ');
}
