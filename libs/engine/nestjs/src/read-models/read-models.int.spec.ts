import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { account, deposit, open, withdraw } from '../account.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { writeResultOf } from '../aggregates/write-result';
import { closeApps, createApp, startApp } from '../app.fixture';
import { balances, balancesProjection, bank, turnover } from '../bonus.fixture';
import { InvalidConsistencyTokenError, ProjectionVersionLoweredError, ReadModelBehindError } from '../errors';
import { migrateTidemark } from '../log/migrations';
import { Tidemark } from '../tidemark';
import { aggregateToken, readModelToken } from '../tokens';
import type { ReaderOf } from './read-model-reader';

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

const of = (app: NestFastifyApplication) => ({
  accounts: app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false }),
  balances: app.get<ReaderOf<typeof balances>>(readModelToken(balances), { strict: false }),
  tidemark: app.get(Tidemark),
});

const turnoverOf = (app: NestFastifyApplication) =>
  app.get<ReaderOf<typeof turnover>>(readModelToken(turnover), { strict: false });

async function openWith(app: NestFastifyApplication, id: string, amount: number): Promise<string> {
  const { accounts } = of(app);
  await accounts.execute(id, teller, open(id), { startsStream: true });
  return writeResultOf(await accounts.execute(id, teller, deposit(id, amount))).consistencyToken;
}

describe('a reader', () => {
  it('finds the writes of its token, in one document, in lists and in sums', async () => {
    const app = await startApp({ databaseUrl }, bank);
    const tokens = await Promise.all([
      openWith(app, 'A', 10),
      openWith(app, 'B', 30),
      openWith(app, 'C', 20),
    ]);
    const token = tokens.join(',');
    expect(await of(app).balances.get('A', { token: tokens[0] })).toMatchObject({
      owner: 'ada',
      balance: 10,
    });
    expect(await of(app).balances.getMany(['A', 'C', 'nobody'], { token })).toHaveLength(2);

    const query = { orderBy: 'balance', direction: 'descending', limit: 2 } as const;
    const first = await of(app).balances.list(query, { token });
    expect(first.map(({ _id }) => _id)).toEqual(['B', 'C']);
    const { balance: key, _id: id } = first[1]!;
    const rest = await of(app).balances.list({ ...query, after: { key, id } });
    expect(rest.map(({ _id }) => _id)).toEqual(['A']);
    expect(await of(app).balances.list({ where: { balance: { gte: 20, lt: 30 } } })).toMatchObject([
      { _id: 'C' },
    ]);

    const after = writeResultOf(
      await of(app).accounts.execute('B', teller, withdraw('B', 5)),
    ).consistencyToken;
    const sums = await turnoverOf(app).addUp(
      { where: {}, groupBy: ['kind'], sort: { kind: 1 } },
      { token: `${token},${after}` },
    );
    expect(sums).toEqual([
      { kind: 'in', amount: 60 },
      { kind: 'out', amount: 5 },
    ]);
    expect(await of(app).balances.get('nobody', { token })).toBeUndefined();
  });

  it('waits in vain for what no projection fills, and says so', async () => {
    const filled = await startApp({ databaseUrl }, bank);
    await of(filled).balances.get('A', { token: await openWith(filled, 'A', 1) });
    await filled.close();
    const app = await startApp({ databaseUrl, runs: ['write', 'read'] }, bank);
    const token = writeResultOf(
      await of(app).accounts.execute('A', teller, deposit('A', 1)),
    ).consistencyToken;
    await expect(of(app).balances.get('A', { token, timeoutMs: 50 })).rejects.toThrow(ReadModelBehindError);
    expect(await of(app).balances.get('A')).toMatchObject({ _id: 'A' });
  });

  it.each([
    ['is malformed', 'one'],
    ['names another partition', '4:1'],
    ['names a position that was not written', '0:999'],
  ])('refuses a token that %s', async (_what, token) => {
    const app = await startApp({ databaseUrl }, bank);
    await expect(of(app).balances.get('A', { token })).rejects.toThrow(InvalidConsistencyTokenError);
  });

  it('says that a read model does not exist before the first projection', async () => {
    const app = await startApp({ databaseUrl, runs: ['read'] }, bank);
    await expect(of(app).balances.get('A')).rejects.toMatchObject({ code: 'read_model_missing' });
  });
});

describe('a projection', () => {
  const withVersion = (version: number) => ({
    ...bank,
    projections: [{ ...balancesProjection, version }, ...bank.projections!.slice(1)],
  });

  it('of a raised version is filled beside the live one, and then replaces it', async () => {
    const before = await startApp({ databaseUrl }, bank);
    const token = await openWith(before, 'A', 10);
    await of(before).balances.get('A', { token });
    await before.close();

    const raised = {
      ...bank,
      projections: [
        {
          ...balancesProjection,
          version: 2,
          evolve: (...args: Parameters<typeof balancesProjection.evolve>) => {
            const content = balancesProjection.evolve(...args);
            return content && { ...content, owner: content.owner.toUpperCase() };
          },
        },
      ],
    } as never;
    const after = await startApp({ databaseUrl }, raised);
    const [check] = of(after).tidemark.checks.filter(({ name }) => name === 'projections');
    await eventually(() => check!.check());
    await eventually(async () => {
      expect(await of(after).balances.get('A')).toMatchObject({ owner: 'ADA', balance: 10 });
    });
  });

  it('of a lowered version is refused at the start', async () => {
    const first = await startApp({ databaseUrl }, withVersion(3));
    await first.close();
    const app = await createApp({ databaseUrl }, withVersion(2));
    const refusal: unknown = await app.init().catch((error: unknown) => error);
    expect(refusal).toEqual(new ProjectionVersionLoweredError('balances', 2, 3));
    expect(refusal).toMatchObject({ message: expect.stringContaining('raise the version to 4') as string });
  });
});
