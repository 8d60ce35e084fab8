import type { ClientBase, Pool } from 'pg';
import type { DocumentChange } from '../document-store';
import type { GenerationTable } from './generation-table';
import { shortened } from './identifiers';

/**
 * Writes each document over the position at which it was loaded, in one statement. Returns the ids of those that were
 * not written.
 *
 * The statement looks every id up in the primary key. A join that was planned while the table was small would scan the
 * table, even after it has grown. `replaces` makes the position at which the document was loaded available in the
 * conflict clause.
 */
export async function writeDocuments(
  client: ClientBase | Pool,
  table: GenerationTable,
  changes: readonly DocumentChange[],
): Promise<readonly string[]> {
  if (changes.length === 0) {
    return [];
  }
  const values = [
    changes.map(({ document }) => document._id),
    changes.map(({ document }) => document.partition),
    changes.map(({ document }) => document.position),
    changes.map(({ loadedAt }) => loadedAt ?? null),
    changes.map(({ document }) => textOf(document)),
  ];
  const { rows } = await client.query<{ _id: string }>(
    table.entries
      ? { text: tallyStatement(table, table.entries), values }
      : {
          name: shortened(`tidemark write ${table.generation}`),
          text: `${upsert(table)} RETURNING _id`,
          values,
        },
  );
  if (rows.length === changes.length) {
    return [];
  }
  const written = new Set(rows.map(({ _id }) => _id));
  return changes.flatMap(({ document: { _id } }) => (written.has(_id) ? [] : [_id]));
}

function textOf({ _id, partition: _partition, position: _position, ...content }: DocumentChange['document']) {
  return JSON.stringify(content);
}

function upsert({ table }: GenerationTable): string {
  return `
INSERT INTO ${table} AS stored (_id, partition, position, replaces, document)
SELECT * FROM unnest($1::text[], $2::integer[], $3::double precision[], $4::double precision[], $5::jsonb[])
ON CONFLICT (_id) DO UPDATE
   SET partition = excluded.partition, position = excluded.position, replaces = excluded.replaces,
       document = excluded.document
 WHERE stored.position = excluded.replaces`;
}

/** Without a name, so that it is planned for the size that the tables have now. */
function tallyStatement(table: GenerationTable, entries: string): string {
  const columns = table.entryColumns.map(({ sql }) => sql).join(', ');
  const values = table.entryColumns.map(({ name }) => table.entryValue('entry', name)).join(', ');
  return `
WITH written AS (${upsert(table)} RETURNING _id, document), replaced AS (
  DELETE FROM ${entries} WHERE _id = ANY (ARRAY(SELECT _id FROM written))
), added AS (
  INSERT INTO ${entries} (_id, ${columns})
  SELECT _id, ${values} FROM written, jsonb_array_elements(document -> 'entries') AS entry
)
SELECT _id FROM written`;
}
