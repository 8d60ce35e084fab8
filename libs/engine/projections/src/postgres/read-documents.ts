import type { ClientBase, Pool } from 'pg';
import type { MatchQuery } from '../document-store';
import type { ProjectedDocument } from '../projection';
import type { StoredGeneration } from './generation-tables';
import { shortened } from './identifiers';

/** The documents with these ids that exist, in any order. */
export async function loadDocuments(
  client: ClientBase | Pool,
  { table, selected, documentOf, definition }: StoredGeneration,
  ids: readonly string[],
): Promise<readonly ProjectedDocument[]> {
  const { rows } = await client.query({
    name: shortened(`tidemark load ${definition.generation}`),
    text: `SELECT ${selected} FROM ${table} WHERE _id = ANY ($1)`,
    values: [ids],
  });
  return rows.map(documentOf);
}

/** Matching documents in order of their ids. */
export async function matchDocuments(
  client: ClientBase | Pool,
  { table, selected, documentOf, field }: StoredGeneration,
  { partition, where, before, afterId, limit }: MatchQuery,
): Promise<readonly ProjectedDocument[]> {
  const values: unknown[] = [partition, before];
  const given = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...Object.entries(where).map(([path, value]) => `${field(path)} = ${given(value)}`),
    ...(afterId === undefined ? [] : [`_id > ${given(afterId)}`]),
  ];
  const { rows } = await client.query(
    `
SELECT ${selected} FROM ${table}
 WHERE ${['partition = $1', 'position < $2', ...conditions].join(' AND ')}
 ORDER BY _id LIMIT ${Number(limit)}`,
    values,
  );
  return rows.map(documentOf);
}
