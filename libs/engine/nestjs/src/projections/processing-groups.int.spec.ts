import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { account, deposit, open } from '../account.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { writeResultOf } from '../aggregates/write-result';
import { closeApps, startApp } from '../app.fixture';
import { balances, bank, turnover } from '../bonus.fixture';
import { migrateTidemark } from '../log/migrations';
import type { ReaderOf } from '../read-models/read-model-reader';
import { Tidemark } from '../tidemark';
import { aggregateToken, readModelToken } from '../tokens';

const teller = { actor: 'teller' };
const request = { by: 'ada', reason: 'the balances are wrong' };

let database: TestDatabase;
let databaseUrl: string;

beforeEach(async () => {
  database = await createTestDatabase();
  databaseUrl = database.url;
  await migrateTidemark({ databaseUrl, partitions: 2 });
});

afterEach(async () => {
  await closeApps();
  await database.drop();
});

const of = (app: NestFastifyApplication) => ({
  accounts: app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false }),
  balances: app.get<ReaderOf<typeof balances>>(readModelToken(balances), { strict: false }),
  turnover: app.get<ReaderOf<typeof turnover>>(readModelToken(turnover), { strict: false }),
  groups: app.get(Tidemark).processingGroups,
});

const sums = { where: {}, groupBy: ['kind'], sort: { kind: 1 } } as const;

async function depositIn(app: NestFastifyApplication, amount: number): Promise<string> {
  return writeResultOf(await of(app).accounts.execute('A', teller, deposit('A', amount))).consistencyToken;
}

describe('a processing group', () => {
  it('is paused in every replica and across restarts, holds back no other, and catches up', async () => {
    const first = await startApp({ databaseUrl }, bank);
    const second = await startApp({ databaseUrl }, bank);
    await of(first).accounts.execute('A', teller, open('A'));
    await of(first).balances.get('A', { token: await depositIn(first, 10) });

    expect(await of(second).groups.pause('balances', request)).toMatchObject([
      { projection: 'balances', ...request },
    ]);
    await eventually(async () => {
      expect(await of(first).groups.paused()).toMatchObject([{ projection: 'balances', isAtRest: true }]);
    });
    const token = await depositIn(first, 5);
    expect(await of(first).turnover.addUp(sums, { token })).toEqual([{ kind: 'in', amount: 15 }]);
    expect(await of(second).balances.get('A')).toMatchObject({ balance: 10 });
    await expect(of(second).balances.get('A', { token, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'read_model_behind',
    });

    await closeApps();
    const third = await startApp({ databaseUrl }, bank);
    const later = await depositIn(third, 1);
    expect(await of(third).turnover.addUp(sums, { token: later })).toEqual([{ kind: 'in', amount: 16 }]);
    expect(await of(third).balances.get('A')).toMatchObject({ balance: 10 });
    expect(await of(third).groups.paused()).toMatchObject([{ projection: 'balances', ...request }]);

    await of(third).groups.resume('balances');
    expect(await of(third).balances.get('A', { token: later })).toMatchObject({ balance: 16 });
  });

  it('has all projections of its name', async () => {
    const together = {
      ...bank,
      projections: bank.projections!.map((one) => ({ ...one, processingGroup: 'money' }) as never),
    };
    const app = await startApp({ databaseUrl }, together);
    expect(await of(app).groups.pause('money', request)).toMatchObject([
      { projection: 'balances' },
      { projection: 'turnover' },
    ]);
    await of(app).groups.resume('money');
    expect(await of(app).groups.paused()).toEqual([]);
  });

  it('is refused without a reason, or under an unknown name', async () => {
    const app = await startApp({ databaseUrl }, bank);
    const { groups } = of(app);
    await expect(groups.pause('balances', { by: 'ada', reason: '' })).rejects.toThrow(
      /has no reason: say why/,
    );
    await expect(groups.pause('unheard-of', request)).rejects.toThrow(/no projection of this application/);
    await expect(groups.resume('unheard-of')).rejects.toMatchObject({ code: 'pause_refused' });
  });
});
