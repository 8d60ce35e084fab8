import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { account, deposit, open } from '../account.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { closeApps, startApp } from '../app.fixture';
import { balances, balancesProjection, bank, turnoverProjection } from '../bonus.fixture';
import { ReadModelTakenError } from '../errors';
import { migrateTidemark } from '../log/migrations';
import { Tidemark } from '../tidemark';
import { aggregateToken, readModelToken } from '../tokens';
import type { ReaderOf } from './read-model-reader';

const teller = { actor: 'teller' };
const inline = {
  aggregates: [account],
  projections: [turnoverProjection],
  inlineProjections: [balancesProjection],
};

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

type App = Awaited<ReturnType<typeof startApp>>;

const accountsOf = (app: App) =>
  app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false });
const balancesOf = (app: App) =>
  app.get<ReaderOf<typeof balances>>(readModelToken(balances), { strict: false });

describe('an inline projection', () => {
  it('has the write without a token, also in a process that only reads', async () => {
    const app = await startApp({ databaseUrl, runs: ['write', 'read'] }, inline);
    const reader = await startApp({ databaseUrl, runs: ['read'] }, inline);
    await accountsOf(app).execute('A', teller, open('A'));
    await accountsOf(app).execute('A', teller, deposit('A', 5));
    for (const one of [app, reader]) {
      expect(await balancesOf(one).get('A')).toMatchObject({ owner: 'ada', balance: 5 });
    }
  });

  it('is filled from the events of an earlier release at the start', async () => {
    const before = await startApp({ databaseUrl, runs: ['write'] }, bank);
    await accountsOf(before).execute('A', teller, open('A'));
    const after = await startApp({ databaseUrl, runs: ['write', 'read'] }, inline);
    expect(await balancesOf(after).get('A')).toMatchObject({ balance: 0 });
  });

  it('says which process makes its documents, before one does', async () => {
    const reader = await startApp({ databaseUrl, runs: ['read'] }, inline);
    await expect(balancesOf(reader).get('A')).rejects.toThrow(
      "the read model balances does not exist yet: start a process that runs the part 'write'",
    );
  });

  it('is refused if its read model also follows the log', async () => {
    const both = { ...bank, inlineProjections: [balancesProjection] };
    await expect(startApp({ databaseUrl }, both)).rejects.toThrow(ReadModelTakenError);
  });
});

it('imports a history', async () => {
  const app = await startApp({ databaseUrl, runs: ['write'] }, bank);
  const result = await app.get(Tidemark).importer.importAll([
    {
      streamType: 'Account',
      aggregateId: 'A',
      partitionKey: 'A',
      expectedVersion: 0,
      events: [{ type: 'AccountOpened', data: { account: 'A', owner: 'ada' } }],
      command: {
        commandId: '3b1a8f0e-52f4-5b0c-8f6e-0d6a3c1f9a77',
        commandHash: '00'.repeat(32),
        correlationId: 'history',
        actor: 'import',
      },
    },
  ]);
  expect(result).toEqual({ events: 1, repeated: 0 });
  expect((await accountsOf(app).load('A')).state).toMatchObject({ isOpen: true });
});
