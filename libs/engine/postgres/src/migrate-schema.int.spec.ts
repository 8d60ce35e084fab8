import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { Letters1764000000001, Words1764000000003, migrateAlphabet } from './alphabet.fixture';
import type { Migration, MigrationClass, MigrationConnection } from './migration';
import { inTransaction } from './transaction';
import { requireMigrated } from './require-migrated';
import { createPool } from './pool';
import { isUnavailable, sqlState, violatedConstraint } from './sql-state';

class Broken1764000000002 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query('CREATE TABLE half_done ()');
    await connection.query('SELECT 1 / 0');
  }
  down(): Promise<void> {
    return Promise.reject(new Error('never'));
  }
}

describe('a schema on Postgres', () => {
  let database: TestDatabase;
  const migrate = (...migrations: MigrationClass[]) => migrateAlphabet(database.url, migrations);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is migrated once by processes that start together', async () => {
    const runs = await Promise.all([migrate(Letters1764000000001), migrate(Letters1764000000001)]);
    expect(runs.flat()).toEqual(['alphabet: ran Letters1764000000001']);
  });

  it('belongs to its owner role, and its tables too', async () => {
    const pool = createPool({ url: database.url, applicationName: 'test' });
    const { rows } = await pool.query(
      `SELECT tableowner FROM pg_tables WHERE schemaname = 'alphabet' AND tablename = 'letters'`,
    );
    await pool.end();
    expect(rows).toEqual([{ tableowner: 'tidemark_test_owner' }]);
  });

  it('keeps nothing of a failed migration', async () => {
    await expect(migrate(Letters1764000000001, Broken1764000000002)).rejects.toMatchObject({ code: '22012' });
    const pool = createPool({ url: database.url, applicationName: 'test' });
    const { rows } = await pool.query(`SELECT to_regclass('alphabet.half_done') AS found`);
    await pool.end();
    expect(rows).toEqual([{ found: null }]);
  });

  it('refuses a migration whose name has no place among the others', async () => {
    class Later implements Migration {
      up = () => Promise.resolve();
      down = () => Promise.resolve();
    }
    await expect(migrate(Later)).rejects.toThrow(
      new RangeError('the name of the migration Later does not end in a time in milliseconds (13 digits)'),
    );
  });

  it('runs the older migration first, in whatever order they are given', async () => {
    const another = await createTestDatabase();
    const ran = await migrateAlphabet(another.url, [Words1764000000003, Letters1764000000001]);
    await another.drop();
    expect(ran).toEqual(['alphabet: ran Letters1764000000001', 'alphabet: ran Words1764000000003']);
  });

  it('reports the missing migrations to a later release, and nothing to an earlier release', async () => {
    const url = `${database.url}?options=-c%20role%3Dtidemark_test_reader`;
    const reader = createPool({ url, applicationName: 'test' });
    const check = (...migrations: MigrationClass[]) =>
      requireMigrated(reader, { schema: 'alphabet', migrations });

    await expect(check(Letters1764000000001, Words1764000000003)).rejects.toMatchObject({
      code: 'schema_behind',
      message: 'the schema alphabet lacks Words1764000000003; run its migrations',
    });
    await migrate(Letters1764000000001, Words1764000000003);
    await check(Letters1764000000001, Words1764000000003);
    await check(Letters1764000000001);
    await reader.end();
  });

  describe('and its connections', () => {
    it('roll back a failed transaction, name the violated constraint, and keep working', async () => {
      const pool = createPool({ url: database.url, applicationName: 'test', maxConnections: 1 });
      const failure: unknown = await inTransaction(pool, async (client) => {
        await client.query(`INSERT INTO alphabet.letters VALUES ('a', 1)`);
        await client.query(`INSERT INTO alphabet.letters VALUES ('a', 2)`);
      }).catch((error: unknown) => error);
      expect([sqlState(failure), violatedConstraint(failure), isUnavailable(failure)]).toEqual([
        '23505',
        'one_of_each',
        false,
      ]);
      const { rows } = await pool.query('SELECT count(*) AS count FROM alphabet.letters');
      await pool.end();
      expect(rows).toEqual([{ count: 0 }]);
    });

    it('refuse a bigint that a number cannot hold', async () => {
      const pool = createPool({ url: database.url, applicationName: 'test' });
      await expect(pool.query('SELECT 9007199254740993::bigint')).rejects.toThrow(RangeError);
      await pool.end();
    });

    it.each([
      ['a port without a listener', 'postgres://127.0.0.1:1/none'],
      ['an idle pool that is full', undefined],
    ])('tell %s from a fault of the statement', async (_name, url) => {
      const pool = createPool({
        url: url ?? database.url,
        applicationName: 'test',
        maxConnections: 1,
        // Longer than a log-in with a password takes on a busy machine.
        acquireTimeoutMs: 1_000,
      });
      const held = url ? undefined : await pool.connect();
      const failure: unknown = await pool.query('SELECT 1').catch((error: unknown) => error);
      held?.release();
      await pool.end();
      expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    });
  });
});
