import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { Client } from 'pg';
import { account, deposit, open } from './account.fixture';
import type { RepositoryOf } from './aggregates/aggregate-repository';
import { writeResultOf } from './aggregates/write-result';
import { closeApps, startApp } from './app.fixture';
import { balances, bankWithBonus, BONUS } from './bonus.fixture';
import { PartNotRunError } from './errors';
import { migrateTidemark } from './log/migrations';
import type { Part } from './options';
import type { ReaderOf } from './read-models/read-model-reader';
import { Tidemark } from './tidemark';
import { aggregateToken, readModelToken } from './tokens';

const teller = { actor: 'teller' };

let database: TestDatabase;
let databaseUrl: string;

beforeEach(async () => {
  database = await createTestDatabase();
  databaseUrl = database.url;
  await migrateTidemark({ databaseUrl, partitions: 4 });
});

afterEach(async () => {
  await closeApps();
  await database.drop();
});

const start = (part: Part, name: string = part) =>
  startApp({ databaseUrl, runs: [part], name }, bankWithBonus);

const accountsOf = (app: NestFastifyApplication) =>
  app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false });
const balancesOf = (app: NestFastifyApplication) =>
  app.get<ReaderOf<typeof balances>>(readModelToken(balances), { strict: false });

/** The names of the connections to the database, without that of this query. */
async function connections(): Promise<readonly string[]> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT DISTINCT application_name AS name FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> ''`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

describe('an application in four deployments', () => {
  it('works as one', async () => {
    const [write, read] = await Promise.all([
      start('write'),
      start('read'),
      start('projections'),
      start('processes'),
    ]);
    await accountsOf(write).execute('A', teller, open('A'), { startsStream: true });
    const { consistencyToken: token } = writeResultOf(
      await accountsOf(write).execute('A', teller, deposit('A', 10)),
    );
    expect(await balancesOf(read).get('A', { token })).toMatchObject({ owner: 'ada' });
    await eventually(async () => {
      expect(await balancesOf(read).get('A')).toMatchObject({ balance: 10 + BONUS });
    });
  });

  it.each<[Part, readonly RegExp[]]>([
    ['write', [/^write log$/, /^command-receiver/]],
    ['read', [/^read log$/, /^read read models$/]],
    ['projections', [/^projections log$/, /^projections read models$/]],
    ['processes', [/^processes log$/, /^processes processes$/, /^command-sender/]],
  ])('opens for %s only what it needs', async (part, expected) => {
    const app = await start(part);
    await eventually(() => Promise.all(app.get(Tidemark).checks.map(({ check }) => check())));
    const opened = await connections();
    for (const name of expected) {
      expect(opened).toContainEqual(expect.stringMatching(name));
    }
    const listening = /tidemark-listen|listen/;
    const others = opened.filter((name) => ![...expected, listening].some((known) => known.test(name)));
    expect(others).toEqual([]);
  });

  it('says what does not run', async () => {
    const read = await start('read');
    await expect(accountsOf(read).execute('A', teller, open('A'))).rejects.toThrow(
      new PartNotRunError('write', 'a command'),
    );
    expect(await accountsOf(read).load('A')).toMatchObject({ version: 0 });
    expect(() => read.get(Tidemark).processes).toThrow(PartNotRunError);
    expect(() => read.get(Tidemark).rebuilds).toThrow(/add it to runs/);
    const write = await start('write');
    await expect(balancesOf(write).get('A')).rejects.toThrow(PartNotRunError);
  });
});
