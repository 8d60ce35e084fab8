import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { DocumentStoreUnavailableError } from '../errors';
import type { ProjectedDocument } from '../projection';
import { defineReadModel } from '../read-model/define-read-model';
import { openStoreBed, type StoreBed } from '../store-bed.fixture';
import { readModelsRoles } from './migrate-read-models';
import { postgresProjectionStore } from './postgres-projection-store';

const fields = { status: z.enum(['OPEN', 'CLOSED']), marks: z.number(), note: z.string().optional() };
const model = defineReadModel({ name: 'tickets', fields, indexes: { status: { status: 1, marks: -1 } } });
const generation = 'tickets_v3_g7';
const ticket = (_id: string, position = 1) => ({ _id, partition: 0, position, status: 'OPEN', marks: 1 });

let bed: StoreBed;
let pool: Pool;

beforeAll(async () => {
  bed = await openStoreBed('Postgres', {}, [model]);
  pool = createPool({ url: bed.url, applicationName: 'prepare-generation' });
});
afterAll(async () => {
  await pool.end();
  await bed.close();
});
beforeEach(() => bed.loseEverything());

const prepare = (readModel = model) => bed.store.documents.prepare(readModel, generation);
const write = (document: object, loadedAt?: number) =>
  bed.store.documents.write(generation, [
    { document: document as ProjectedDocument, ...(loadedAt !== undefined && { loadedAt }) },
  ]);

async function indexes(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ indexdef: string }>(
    'SELECT indexdef FROM pg_indexes WHERE tablename = $1 ORDER BY indexname',
    [generation],
  );
  return rows.map(({ indexdef }) => indexdef.slice(indexdef.indexOf('(')));
}

/** Connects like a service that logs in as a member of a group role. */
function as(role: string): Pool {
  const url = `${bed.url}?options=${encodeURIComponent(`-c role=${role}`)}`;
  return createPool({ url, applicationName: 'prepare-generation' });
}

describe('a generation in Postgres', () => {
  it('gets its table and its indexes, even repeatedly and from several processes at once', async () => {
    await Promise.all([prepare(), prepare(), prepare()]);
    await prepare();
    expect(await indexes()).toEqual(['(partition, _id)', '(_id)', '(status, marks DESC, _id DESC)']);
  });

  it('gets what is missing when it has documents already', async () => {
    await prepare();
    expect(await write(ticket('a'))).toEqual([]);
    await prepare(
      defineReadModel({
        name: 'tickets',
        fields,
        indexes: { status: { status: 1, marks: -1 }, note: { note: 1 } },
      }),
    );
    expect(await indexes()).toContain('(note, _id)');
    expect(await bed.store.documents.load(generation, ['a'])).toEqual([ticket('a')]);
  });

  it.each([
    ['a value that the enumeration does not have', { status: 'LOST' }],
    ['a value of another type', { marks: 'many' }],
    ['a field that is missing', { marks: undefined }],
    ['an optional field of another type', { note: 1 }],
    ['a field that is unknown', { surprise: 1 }],
  ])('refuses a document with %s', async (_, change) => {
    await prepare();
    const refusal: unknown = await write({ ...ticket('a'), ...change }).catch((error: unknown) => error);
    // Either the check or the column of an index refuses the value because of its type.
    expect(refusal).toMatchObject({ code: expect.stringMatching(/^(23514|22P02)$/) });
    expect(refusal).not.toBeInstanceOf(DocumentStoreUnavailableError);
    expect(await write({ ...ticket('a'), note: 'fine' })).toEqual([]);
  });

  it('is checked by the rules of the newest release, and keeps the documents of earlier ones', async () => {
    await prepare();
    await write(ticket('a'));
    await prepare(
      defineReadModel({ name: 'tickets', fields: { ...fields, by: z.string() }, indexes: model.indexes }),
    );
    await expect(write(ticket('b'))).rejects.toMatchObject({ code: '23514' });
    expect(await write({ ...ticket('b'), by: 'Ada' })).toEqual([]);
    expect(await bed.store.documents.count(generation, 0)).toBe(2);
  });

  it('leaves its indexes alone when a change touches none of their fields', async () => {
    await prepare();
    await write(ticket('a'));
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const hotUpdates = async (change: string) => {
        await client.query(
          `UPDATE read_models.${generation} SET position = position + 1, document = document || $1 WHERE _id = 'a'`,
          [change],
        );
        const { rows } = await client.query<{ hot: number }>(
          `SELECT pg_stat_get_xact_tuples_hot_updated('read_models.${generation}'::regclass) AS hot`,
        );
        return rows[0]!.hot;
      };
      expect(await hotUpdates('{"note": "longer"}')).toBe(1);
      expect(await hotUpdates('{"status": "CLOSED"}')).toBe(1);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
  });

  it("belongs to the writers' role, whichever user made it, and readers can only read it", async () => {
    const [writer, reader] = [as(readModelsRoles.writer), as(readModelsRoles.reader)];
    try {
      await prepare();
      const writers = postgresProjectionStore(writer, [model]);
      expect(
        await writers.documents.write(generation, [{ document: ticket('a') as ProjectedDocument }]),
      ).toEqual([]);
      const readers = postgresProjectionStore(reader, [model]);
      expect(await readers.documents.load(generation, ['a'])).toEqual([ticket('a')]);
      expect(await readers.states.all()).toEqual([]);
      expect(await readers.feeds('projections').all()).toEqual(new Map());
      expect(await readers.parked('projections').openIn([0])).toEqual([]);
      expect(await readers.recordedLog()).toBeUndefined();
      for (const forbidden of [
        `DELETE FROM read_models.${generation}`,
        `INSERT INTO read_models.installation (log_id) VALUES ('x')`,
        `CREATE TABLE read_models.mine (id text)`,
        `SELECT FROM read_models.rebuilds`,
      ]) {
        await expect(reader.query(forbidden)).rejects.toMatchObject({ code: '42501' });
      }
      await writers.documents.drop(generation);
      expect(await bed.has(generation)).toBe(false);
    } finally {
      await writer.end();
      await reader.end();
    }
  });
});
