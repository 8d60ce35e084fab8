import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { LiveValue } from '@tidemark/kernel';
import type { Pool } from 'pg';
import { openClient } from './open-client';
import { createPool } from './pool';

/** A URL that a test changes by hand, as a secret's file would. */
class ChangingUrl implements LiveValue<string> {
  private trial: (next: string) => Promise<void> = () => Promise.resolve();

  constructor(private url: string) {}

  current(): string {
    return this.url;
  }

  onChange(): () => void {
    return () => undefined;
  }

  tryFirst(trial: (next: string) => Promise<void>): void {
    this.trial = trial;
  }

  async offer(next: string): Promise<void> {
    await this.trial(next);
    this.url = next;
  }
}

describe('a pool whose URL changes', () => {
  let database: TestDatabase;
  let pool: Pool;
  let url: ChangingUrl;
  const users: string[] = [];

  const asAdmin = async (statement: string) => {
    const client = await openClient(database.url, 'test-admin');
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const withUser = async (name: string) => {
    const user = `${new URL(database.url).pathname.slice(1)}_${name}`;
    await asAdmin(`CREATE ROLE ${user} LOGIN PASSWORD '${name}'`);
    users.push(user);
    const own = new URL(database.url);
    own.username = user;
    own.password = name;
    return { user, url: own.href };
  };
  const userOf = async (client: Pick<Pool, 'query'>) =>
    (await client.query<{ user: string }>('SELECT current_user AS user')).rows[0]!.user;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => pool.end());
  afterAll(async () => {
    await asAdmin(users.map((user) => `DROP ROLE ${user}`).join(';'));
    await database.drop();
  });

  it('connects as the new user at once, even if an idle connection of the old user is left', async () => {
    const [before, after] = [await withUser('one'), await withUser('two')];
    url = new ChangingUrl(before.url);
    pool = createPool({ url, applicationName: 'test', maxConnections: 2 });
    const busy = await pool.connect();
    expect([await userOf(pool), await userOf(busy)]).toEqual([before.user, before.user]);

    await url.offer(after.url);

    expect(await userOf(pool)).toBe(after.user);
    expect(await userOf(busy)).toBe(before.user);
    busy.release();
    expect(await Promise.all([userOf(pool), userOf(pool)])).toEqual([after.user, after.user]);
  });

  it("refuses a URL that can't connect before any work uses it", async () => {
    const { user, url: working } = await withUser('three');
    url = new ChangingUrl(working);
    pool = createPool({ url, applicationName: 'test' });
    const wrong = new URL(working);
    wrong.username = `${user}_nobody`;

    await expect(url.offer(wrong.href)).rejects.toMatchObject({
      code: expect.stringMatching(/^28/) as string,
    });

    expect(await userOf(pool)).toBe(user);
  });
});
