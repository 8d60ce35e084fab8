import { openClient } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import fc from 'fast-check';
import type { Client } from 'pg';
import { byteaArray, plainArray, textArray } from './array-literal';

describe('an array literal', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = await openClient(database.url, 'test');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function asRead(type: string, literal: string): Promise<unknown> {
    const { rows } = await client.query<{ value: unknown }>(`SELECT $1::${type}[] AS value`, [literal]);
    return rows[0]!.value;
  }

  it('of texts is read back unchanged', async () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((value) => value.isWellFormed() && !value.includes('\0'));
    const awkward = fc.constantFrom(
      '',
      'NULL',
      'null',
      '{',
      '}',
      ',',
      '"',
      '\\',
      '\\"',
      ' a ',
      '\n',
      '{"a":"\\""}',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, awkward)), async (values) => {
        expect(await asRead('text', textArray(values))).toEqual(values);
      }),
    );
  });

  it('of bytes is read back unchanged', async () => {
    const values = [Buffer.alloc(0), Buffer.from([0, 34, 92, 255]), Buffer.from('NULL')];
    expect(await asRead('bytea', byteaArray(values))).toEqual(values);
  });

  it('of numbers and absent elements is read back unchanged', async () => {
    expect(await asRead('integer', plainArray([1, undefined, -3]))).toEqual([1, null, -3]);
    expect(await asRead('integer', plainArray([]))).toEqual([]);
  });
});
