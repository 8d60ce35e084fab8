import { inTransaction } from '@tidemark/postgres';
import { createHash } from 'node:crypto';
import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import type { GenerationTable } from './generation-table';
import { readModelsRoles, readModelsSchema } from './migrate-read-models';
import { shapeCheckOf } from './shape-check';

/** Leaves room in the pages, so that a document's next version finds a place beside it and no index has to change. */
const FILL_FACTOR = 80;

/**
 * Makes what is missing of a generation: its table, the columns, the check and the indexes. The tables belong to the
 * group role, whichever user has made them.
 *
 * A column that is missing in a table with documents rewrites the table, while queries wait. A read model with another
 * index therefore gets a higher version, which a rebuild fills beside the live one.
 */
export async function prepareGeneration(pool: Pool, table: GenerationTable): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL ROLE ${escapeIdentifier(readModelsRoles.writer)}`);
    await client.query(`SET LOCAL statement_timeout = 0`);
    // CREATE … IF NOT EXISTS fails when two sessions create at once.
    await client.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [table.table]);
    await createTables(client, table);
    await addColumns(client, table);
    await replaceCheck(client, table);
    await createIndexes(client, table);
  });
}

async function createTables(client: ClientBase, { table, entries, columns, entryColumns }: GenerationTable) {
  if (await isThere(client, table)) {
    return;
  }
  await client.query(`
CREATE TABLE ${table} (
  _id       text COLLATE "C" PRIMARY KEY,
  partition integer          NOT NULL,
  position  double precision NOT NULL,
  -- The position of the document that this one was written over.
  replaces  double precision,
  document  jsonb            NOT NULL${columns.map(declared).join('')}
) WITH (fillfactor = ${FILL_FACTOR})`);
  if (entries) {
    await client.query(`
CREATE TABLE ${entries} (
  _id text COLLATE "C" NOT NULL${entryColumns.map(declared).join('')}
)`);
  }
  for (const created of [table, ...(entries ? [entries] : [])]) {
    await client.query(`GRANT SELECT ON ${created} TO ${escapeIdentifier(readModelsRoles.reader)}`);
  }
}

function declared({ sql, definition }: GenerationTable['columns'][number]): string {
  return `,\n  ${sql} ${definition}`;
}

async function isThere(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    table,
  ]);
  return rows[0]!.found;
}

async function addColumns(client: ClientBase, { table, columns }: GenerationTable): Promise<void> {
  const { rows } = await client.query<{ attname: string }>(
    'SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND NOT attisdropped',
    [table],
  );
  const existing = new Set(rows.map(({ attname }) => attname));
  for (const { sql, definition } of columns.filter(({ name }) => !existing.has(name))) {
    await client.query(`ALTER TABLE ${table} ADD COLUMN ${sql} ${definition}`);
  }
}

/** Its name says what it checks, so that the same check is left alone: ALTER TABLE waits for every query. */
async function replaceCheck(client: ClientBase, { table, readModel }: GenerationTable): Promise<void> {
  const check = shapeCheckOf(readModel);
  const wanted = `shape_${createHash('sha256').update(check).digest('hex').slice(0, 16)}`;
  const { rows } = await client.query<{ conname: string }>(
    `SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c' AND conname LIKE 'shape\\_%'`,
    [table],
  );
  if (rows.some(({ conname }) => conname === wanted)) {
    return;
  }
  const drops = rows.map(({ conname }) => `DROP CONSTRAINT ${escapeIdentifier(conname)}, `).join('');
  // Documents that another release has written stay: only what is written from now on is checked.
  await client.query(`ALTER TABLE ${table} ${drops}ADD CONSTRAINT ${wanted} CHECK (${check}) NOT VALID`);
}

async function createIndexes(client: ClientBase, { indexes }: GenerationTable): Promise<void> {
  const { rows } = await client.query<{ indexname: string }>(
    'SELECT indexname FROM pg_indexes WHERE schemaname = $1',
    [readModelsSchema],
  );
  const existing = new Set(rows.map(({ indexname }) => indexname));
  for (const { name, table, keys } of indexes.filter((index) => !existing.has(index.name))) {
    await client.query(`CREATE INDEX ${escapeIdentifier(name)} ON ${table} (${keys})`);
  }
}
