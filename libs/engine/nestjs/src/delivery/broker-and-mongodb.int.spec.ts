import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createTestDatabase,
  createTestMongo,
  createTestVhost,
  eventually,
  newMessageKeys,
  type TestDatabase,
} from '@tidemark/test-servers';
import { Registry } from 'prom-client';
import { account, deposit, open } from '../account.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { writeResultOf } from '../aggregates/write-result';
import { closeApps, createApp, startApp } from '../app.fixture';
import { balances, bankWithBonus, BONUS } from '../bonus.fixture';
import { migrateTidemark } from '../log/migrations';
import type { TidemarkOptions } from '../options';
import type { ReaderOf } from '../read-models/read-model-reader';
import { Tidemark } from '../tidemark';
import { aggregateToken, readModelToken } from '../tokens';

const teller = { actor: 'teller' };
const messageKeys = newMessageKeys(['relay', 'process:bonus']);

let database: TestDatabase;
const drops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrateTidemark({ databaseUrl: database.url, partitions: 2 });
});

afterEach(async () => {
  await closeApps();
  await Promise.all(drops.splice(0).map((drop) => drop()));
  await database.drop();
});

async function broker(): Promise<NonNullable<TidemarkOptions['broker']>> {
  const vhost = await createTestVhost();
  drops.push(() => vhost.drop());
  return { url: vhost.url, prefix: vhost.prefix, messageKeys };
}

async function mongodb(): Promise<NonNullable<TidemarkOptions['readStore']>> {
  const mongo = await createTestMongo();
  drops.push(() => mongo.drop());
  return { kind: 'mongodb', url: mongo.url };
}

const accountsOf = (app: NestFastifyApplication) =>
  app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false });
const balancesOf = (app: NestFastifyApplication) =>
  app.get<ReaderOf<typeof balances>>(readModelToken(balances), { strict: false });

/** Opens an account, sees it with its token, and then sees the bonus. */
async function expectBonus(app: NestFastifyApplication, id: string): Promise<void> {
  await accountsOf(app).execute(id, teller, open(id), { startsStream: true });
  const { consistencyToken: token } = writeResultOf(
    await accountsOf(app).execute(id, teller, deposit(id, 10)),
  );
  expect(await balancesOf(app).get(id, { token, timeoutMs: 20_000 })).toMatchObject({ owner: 'ada' });
  await eventually(async () => {
    expect(await balancesOf(app).get(id)).toMatchObject({ balance: 10 + BONUS });
    expect(await accountsOf(app).load(id)).toMatchObject({ version: 3 });
  });
}

it('runs with a broker and MongoDB, and tells how it works', async () => {
  const metrics = new Registry();
  const app = await startApp(
    { databaseUrl: database.url, broker: await broker(), readStore: await mongodb(), metrics },
    bankWithBonus,
  );
  await expectBonus(app, 'A');
  const { checks } = app.get(Tidemark);
  expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['broker', 'relay', 'read-store']));
  await eventually(() => Promise.all(checks.map(({ check }) => check())));

  await eventually(async () => {
    const text = await metrics.metrics();
    expect(text).toMatch(/^tidemark_relay_published_total 3$/m);
    expect(text).toMatch(/^tidemark_consumer_events_total{group="process-bonus"} 3$/m);
    expect(text).toMatch(
      /^tidemark_command_seconds_count{command="Account.GiveBonus",outcome="handled"} 1$/m,
    );
    expect(text).toMatch(/^tidemark_lag_events{group="projections",partition="1"} 0$/m);
    expect(text).toMatch(/^tidemark_relay_backlog_events{group="relay",partition="0"} 0$/m);
  });
  await app.close();
  expect(await metrics.metrics()).not.toContain('tidemark_');
});

it('goes from one Postgres to a broker and back', async () => {
  const alone = { databaseUrl: database.url };
  const brokered = { ...alone, broker: await broker() };
  for (const [index, options] of [alone, brokered, alone].entries()) {
    const app = await startApp(options, bankWithBonus);
    await expectBonus(app, `A${index}`);
    await app.close();
  }
});

it('refuses to start without a key to sign with', async () => {
  const { url } = await broker();
  const keys = newMessageKeys(['relay']);
  const app = await createApp(
    { databaseUrl: database.url, broker: { url, messageKeys: keys } },
    bankWithBonus,
  );
  await expect(app.init()).rejects.toMatchObject({
    code: 'no_signing_key',
    message: expect.stringContaining('process:bonus') as string,
  });
});
