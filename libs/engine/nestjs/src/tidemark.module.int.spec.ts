import { Controller, Get, Injectable, Module, Param, type OnModuleInit } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { CommandIdReusedError } from '@tidemark/event-store';
import { constant } from '@tidemark/kernel';
import { createTestDatabase, createTcpProxy, type TestDatabase } from '@tidemark/test-servers';
import { Client } from 'pg';
import { account, deposit, Deposited, open, withdraw } from './account.fixture';
import type { RepositoryOf } from './aggregates/aggregate-repository';
import { closeApps, createApp, createAppOf, startApp } from './app.fixture';
import {
  MigrationMissingError,
  NotOpenError,
  StreamTypeTakenError,
  WrongPartitionCountError,
} from './errors';
import { migrateTidemark } from './log/migrations';
import { Tidemark } from './tidemark';
import { TidemarkModule } from './tidemark.module';
import { aggregateToken, InjectAggregate } from './tokens';

const feature = { aggregates: [account] };
const teller = { actor: 'teller' };

let database: TestDatabase;
let databaseUrl: string;

beforeAll(async () => {
  database = await createTestDatabase();
  databaseUrl = database.url;
  await migrateTidemark({ databaseUrl, partitions: 4 });
});

afterEach(closeApps);
afterAll(() => database?.drop());

function accountsOf(app: { get(token: symbol, options: object): unknown }) {
  return app.get(aggregateToken(account), { strict: false }) as RepositoryOf<typeof account>;
}

async function inDatabase<Row>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

describe('a repository', () => {
  it('executes commands, and loads the state now, at a version and at an instant', async () => {
    const accounts = accountsOf(await startApp({ databaseUrl }, feature));
    const opened = await accounts.execute('A1', teller, open('A1'), { startsStream: true });
    expect(opened).toMatchObject({ outcome: 'accepted', result: { version: 1, streamId: 'Account-A1' } });
    await accounts.execute('A1', teller, deposit('A1', 10));
    const [{ now }] = (await inDatabase<{ now: Date }>(databaseUrl, 'SELECT clock_timestamp() AS now')) as [
      { now: Date },
    ];
    await accounts.execute('A1', teller, withdraw('A1', 4));

    expect(await accounts.load('A1')).toMatchObject({ state: { balance: 6 }, version: 3 });
    expect(await accounts.loadAt('A1', 2)).toMatchObject({ state: { balance: 10 }, version: 2 });
    expect(await accounts.loadAt('A1', now)).toMatchObject({ state: { balance: 10 }, version: 2 });
    expect(await accounts.loadAt('A1', new Date(0))).toBeUndefined();
    expect(await accounts.execute('A1', teller, withdraw('A1', 7))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'overdrawn' },
    });
    expect(await accounts.execute('A1', teller, deposit('A1', 1), { expectedVersion: 2 })).toEqual({
      outcome: 'version_mismatch',
      actualVersion: 3,
    });
  });

  it('gives a repeated command its first result, also in another process, and refuses another request', async () => {
    const command = { actor: 'teller', idempotencyKey: 'k1', request: { amount: 5 } };
    const first = accountsOf(await startApp({ databaseUrl }, feature));
    const result = await first.execute('A2', command, deposit('A2', 5));
    const second = accountsOf(await startApp({ databaseUrl }, feature));
    const repeat = await second.execute('A2', command, deposit('A2', 5));
    expect(repeat).toMatchObject({ outcome: 'accepted', result: { repeated: true, version: 1 } });
    expect(repeat).toMatchObject({
      result: { position: result.outcome === 'accepted' && result.result.position },
    });
    await expect(
      second.execute('A2', { ...command, request: { amount: 6 } }, deposit('A2', 6)),
    ).rejects.toThrow(CommandIdReusedError);
    expect(await first.load('A2')).toMatchObject({ state: { balance: 5 } });
  });

  it('decides again on what another process appended', async () => {
    const [one, other] = await Promise.all([
      startApp({ databaseUrl }, feature),
      startApp({ databaseUrl }, feature),
    ]);
    await accountsOf(one!).execute('A3', teller, deposit('A3', 10));
    await Promise.all(
      [one!, other!, one!, other!].map((app) => accountsOf(app).execute('A3', teller, withdraw('A3', 3))),
    );
    expect(await accountsOf(one!).load('A3')).toMatchObject({ state: { balance: 1 }, version: 4 });
  });
});

describe('the module', () => {
  it('is open in the onModuleInit of other modules, in every module that names the aggregate', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Seed implements OnModuleInit {
      constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

      async onModuleInit(): Promise<void> {
        seen.push(await this.accounts.execute('A4', teller, open('A4')));
      }
    }

    @Controller('accounts')
    class AccountsController {
      constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

      @Get(':id')
      async get(@Param('id') id: string) {
        return (await this.accounts.load(id)).state;
      }
    }

    @Module({ imports: [TidemarkModule.forFeature(feature)], providers: [Seed] })
    class SeedModule {}

    @Module({ imports: [TidemarkModule.forFeature(feature)], controllers: [AccountsController] })
    class AccountsModule {}

    const app = await startApp({ databaseUrl }, [SeedModule, AccountsModule]);
    expect(seen).toMatchObject([{ outcome: 'accepted' }]);
    const answer = await app.inject('/accounts/A4');
    expect(answer.json()).toEqual({ isOpen: true, balance: 0 });
  });

  it('takes its options from ConfigModule', async () => {
    const app = await createAppOf([
      TidemarkModule.forRootAsync({
        imports: [
          ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ bank: { url: databaseUrl } })] }),
        ],
        inject: [ConfigService],
        useFactory: (config: ConfigService) => ({
          databaseUrl: constant(config.getOrThrow<string>('bank.url')),
        }),
      }),
      TidemarkModule.forFeature(feature),
    ]);
    await app.init();
    expect(await accountsOf(app).execute('A5', teller, open('A5'))).toMatchObject({ outcome: 'accepted' });
  });

  it('says that it is not open before the start and after the end', async () => {
    const app = await createApp({ databaseUrl }, feature);
    const accounts = accountsOf(app);
    await expect(accounts.load('A1')).rejects.toThrow(NotOpenError);
    await app.init();
    await accounts.load('A1');
    await app.close();
    await expect(accounts.load('A1')).rejects.toThrow(NotOpenError);
  });

  it('keeps its connections for the last request, and closes them all', async () => {
    const name = 'shutdown-order';
    let isDeciding!: () => void;
    let decide!: () => void;
    const deciding = new Promise<void>((resolve) => (isDeciding = resolve));
    const decided = new Promise<void>((resolve) => (decide = resolve));

    @Controller('slow')
    class SlowController {
      constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

      @Get()
      async get() {
        return this.accounts.execute('A6', teller, async () => {
          isDeciding();
          await decided;
          return deposit('A6', 1)();
        });
      }
    }

    @Module({ imports: [TidemarkModule.forFeature(feature)], controllers: [SlowController] })
    class SlowModule {}

    const app = await createApp({ databaseUrl, name }, [SlowModule]);
    await app.listen({ port: 0, host: '127.0.0.1' });
    // The server would keep the connection, and wait for it.
    const answer = fetch(`${await app.getUrl()}/slow`, { headers: { connection: 'close' } });
    await deciding;
    const closed = app.close();
    decide();
    expect(await (await answer).json()).toMatchObject({ outcome: 'accepted' });
    await closed;
    const sessions = `SELECT FROM pg_stat_activity WHERE application_name LIKE '${name}%'`;
    expect(await inDatabase(databaseUrl, sessions)).toEqual([]);
  });

  it('names what it needs, for a health endpoint', async () => {
    const proxy = await createTcpProxy(databaseUrl);
    const app = await startApp({ databaseUrl: proxy.url }, feature);
    const { checks } = app.get(Tidemark);
    expect(checks.map(({ name }) => name)).toEqual(['event-store', 'event-store-migrations']);
    await Promise.all(checks.map(({ check }) => check()));
    await proxy.close();
    await expect(checks[0]!.check()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('a start is refused', () => {
  async function refusal(...args: Parameters<typeof createApp>): Promise<unknown> {
    const app = await createApp(...args);
    return app.init().then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('if two modules have two aggregates of one stream type', async () => {
    const impostor = { ...account, contracts: [Deposited] };
    const error = await refusal({ databaseUrl }, [
      TidemarkModule.forFeature(feature),
      TidemarkModule.forFeature({ aggregates: [impostor] }),
    ]);
    expect(error).toEqual(new StreamTypeTakenError('Account'));
  });

  it('if the log has another number of partitions, and leaves no connection behind', async () => {
    const error = await refusal({ databaseUrl, partitions: 8, name: 'refused' }, feature);
    const sessions = `SELECT FROM pg_stat_activity WHERE application_name LIKE 'refused%'`;
    expect(await inDatabase(databaseUrl, sessions)).toEqual([]);
    expect(error).toBeInstanceOf(WrongPartitionCountError);
    expect(error).toMatchObject({ message: expect.stringContaining('set partitions: 4') as string });
    expect(await refusal({ databaseUrl, partitions: 8, migrate: 'onStart' }, feature)).toBeInstanceOf(
      WrongPartitionCountError,
    );
    expect(await refusal({ databaseUrl, partitions: 4 }, feature)).toBeUndefined();
  });

  it('if a migration is missing, unless it may run it', async () => {
    const empty = await createTestDatabase();
    try {
      const error = await refusal({ databaseUrl: empty.url }, feature);
      expect(error).toBeInstanceOf(MigrationMissingError);
      expect(error).toMatchObject({ message: expect.stringContaining("set migrate: 'onStart'") as string });
      expect(
        await refusal({ databaseUrl: empty.url, migrate: 'onStart', partitions: 2 }, feature),
      ).toBeUndefined();
      expect(await refusal({ databaseUrl: empty.url, partitions: 2 }, feature)).toBeUndefined();
      await inDatabase(empty.url, `DELETE FROM event_store.migrations WHERE name LIKE 'Turns%'`);
      expect(await refusal({ databaseUrl: empty.url }, feature)).toMatchObject({
        code: 'migration_missing',
        message: expect.stringContaining('Turns') as string,
      });
      await closeApps();
    } finally {
      await empty.drop();
    }
  });

  it('if the database stays away', async () => {
    const proxy = await createTcpProxy(databaseUrl);
    await proxy.close();
    const error = await refusal({ databaseUrl: proxy.url, startTimeoutMs: 300 }, feature);
    expect(error).toMatchObject({ code: 'store_unavailable' });
  });
});
