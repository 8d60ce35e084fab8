import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { createPool } from './pool';
import { sqlState } from './sql-state';
import { inTransaction } from './transaction';

describe('a statement that the server refuses', () => {
  let database: TestDatabase;
  let pool: Pool;
  let destroyed: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, applicationName: 'test', maxConnections: 4 });
    await pool.query('CREATE TABLE letters (letter text PRIMARY KEY)');
    await pool.query(`INSERT INTO letters VALUES ('a')`);
    // The event `remove` comes later, when the connection has been closed.
    pool.on('release', (fault) => (destroyed += fault ? 1 : 0));
  });
  beforeEach(() => {
    destroyed = 0;
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it.each([
    ['a unique violation', '23505', `INSERT INTO letters VALUES ('a')`],
    ['a table that does not exist', '42P01', 'SELECT FROM nowhere'],
    ['an error in the text', '42601', 'SELEKT'],
  ])('fails, and its connection stays: %s', async (_name, state, text) => {
    const failing = Array.from({ length: 20 }, () => pool.query(text));
    const states = (await Promise.allSettled(failing)).map(
      (result) => result.status === 'rejected' && sqlState(result.reason),
    );
    expect(states).toEqual(states.map(() => state));
    expect(destroyed).toBe(0);
    const { rows } = await pool.query('SELECT letter FROM letters WHERE letter = $1', ['a']);
    expect(rows).toEqual([{ letter: 'a' }]);
  });

  it('aborts its transaction, even if the work continues and resolves', async () => {
    const written = inTransaction(pool, async (client) => {
      await client.query(`INSERT INTO letters VALUES ('b')`);
      await client.query(`INSERT INTO letters VALUES ('a')`).catch(() => undefined);
      return 'written';
    });
    await expect(written).rejects.toMatchObject({ code: 'transaction_aborted' });
    const { rows } = await pool.query('SELECT letter FROM letters ORDER BY letter');
    expect(rows).toEqual([{ letter: 'a' }]);
    expect(destroyed).toBe(0);
  });

  it('is not confused with a statement that could not be sent, whose connection is replaced', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(pool.query('SELECT $1::jsonb', [circular])).rejects.toThrow(TypeError);
    expect(destroyed).toBe(1);
  });
});
