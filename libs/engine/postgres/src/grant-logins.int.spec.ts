import { createTestDatabase, postgresUrlAs, serviceLogins, type TestDatabase } from '@tidemark/test-servers';
import type { Client } from 'pg';
import { migrateSchema } from './migrate-schema';
import { openClient } from './open-client';

const [ownerRole, reader, writer] = ['tidemark_test_owner', 'tidemark_test_reader', 'tidemark_test_writer'];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const migrate = (logins: Record<string, readonly { name: string; password: string }[]>) =>
  migrateSchema({
    databaseUrl: database.url,
    schema: 'alphabet',
    ownerRole,
    roles: [reader, writer],
    logins,
    migrations: [],
  });

async function as<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await openClient(url, 'test');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const adminQuery = (text: string, values: unknown[]) =>
  as(database.url, (client) => client.query(text, values));

describe('a login of a service', () => {
  it('is a member of its roles, and no statement gives it more rights', async () => {
    const login = serviceLogins(database.url)['query-service'];
    await migrate({ [reader]: [login] });
    await migrate({ [writer]: [login] });

    await as(postgresUrlAs(database.url, login), async (client) => {
      await client.query('RESET ROLE; RESET SESSION AUTHORIZATION');
      const { rows } = await client.query(
        `SELECT current_user::text, session_user::text,
           ARRAY(SELECT rolname::text FROM pg_roles
                 WHERE pg_has_role(current_user, oid, 'MEMBER') AND rolname <> current_user ORDER BY 1) AS roles`,
      );
      expect(rows).toEqual([{ current_user: login.name, session_user: login.name, roles: [reader, writer] }]);
      for (const statement of [
        `SET ROLE ${ownerRole}`,
        'SET SESSION AUTHORIZATION postgres',
        'SET ROLE postgres',
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });

  it('gets the password of the last migration', async () => {
    const login = serviceLogins(database.url)['process-manager'];
    const storedPassword = async () => {
      const found = await adminQuery('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [login.name]);
      return (found.rows as { rolpassword: string }[])[0]!.rolpassword;
    };
    await migrate({ [reader]: [{ ...login, password: `it's the first` }] });
    const first = await storedPassword();
    await migrate({ [reader]: [login] });

    expect(first).toMatch(/^SCRAM-SHA-256|^md5/);
    expect(await storedPassword()).not.toBe(first);
  });

  it('is not the administrator, an owner, or a group', async () => {
    await migrate({});
    const administrator = new URL(database.url).username || 'postgres';
    for (const name of [administrator, ownerRole, reader]) {
      await expect(migrate({ [reader]: [{ name, password: 'mine' }] })).rejects.toMatchObject({
        code: 'login_taken',
        login: name,
      });
    }
    const { rows } = await adminQuery('SELECT rolcanlogin FROM pg_roles WHERE rolname = $1', [reader]);
    expect(rows).toEqual([{ rolcanlogin: false }]);
  });
});
