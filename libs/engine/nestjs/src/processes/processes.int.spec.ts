import {
  Controller,
  Injectable,
  Module,
  type CanActivate,
  type ExecutionContext,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FaultPassingFilter, type CommandEnvelope } from '@tidemark/messaging';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { account, deposit, open } from '../account.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { closeApps, createApp, startApp } from '../app.fixture';
import { bank, bankWithBonus, BONUS, bonus } from '../bonus.fixture';
import { CommandStrategy } from '../commands/command-strategy';
import { migrateTidemark } from '../log/migrations';
import { Tidemark } from '../tidemark';
import { TidemarkModule } from '../tidemark.module';
import { aggregateToken, InjectAggregate } from '../tokens';

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

const accountsOf = (app: NestFastifyApplication) =>
  app.get<RepositoryOf<typeof account>>(aggregateToken(account), { strict: false });

async function openWith(app: NestFastifyApplication, id: string, amount: number): Promise<void> {
  await accountsOf(app).execute(id, teller, open(id), { startsStream: true });
  await accountsOf(app).execute(id, teller, deposit(id, amount));
}

async function expectBonus(app: NestFastifyApplication, id: string, amount: number): Promise<void> {
  await eventually(async () => {
    const { state, version } = await accountsOf(app).load(id);
    expect({ state, version }).toMatchObject({ state: { balance: amount + BONUS }, version: 3 });
  });
}

describe('a process', () => {
  it('sends its command once for each instance, and ends when it is answered', async () => {
    const app = await startApp({ databaseUrl }, bankWithBonus);
    const ids = Array.from({ length: 12 }, (_, index) => `A${index}`);
    await Promise.all(ids.map((id) => openWith(app, id, 10)));
    await Promise.all(ids.map((id) => expectBonus(app, id, 10)));
    const [running] = app.get(Tidemark).processes;
    await eventually(async () => {
      const story = await running!.reader.find('A0');
      expect(story).toMatchObject({ status: 'COMPLETED' });
    });
    await Promise.all(app.get(Tidemark).checks.map(({ check }) => check()));
  });

  it('goes on where another process stopped', async () => {
    const first = await startApp({ databaseUrl, runs: ['write'] }, bankWithBonus);
    await openWith(first, 'A', 10);
    await first.close();
    const second = await startApp({ databaseUrl }, bankWithBonus);
    await expectBonus(second, 'A', 10);
  });

  it('may have its commands handled by a controller, behind guards', async () => {
    const seen: string[] = [];

    @Injectable()
    class NotedGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        seen.push(context.switchToRpc().getData<CommandEnvelope>().actor);
        return true;
      }
    }

    @Controller()
    @UseFilters(FaultPassingFilter)
    class BonusController {
      constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

      @MessagePattern('Account.GiveBonus')
      @UseGuards(NotedGuard)
      async give(@Payload() { data, ...command }: CommandEnvelope<string, { readonly account: string }>) {
        const id = data.account;
        await this.accounts.execute(id, { ...command, commandHash: 'ab'.repeat(32) }, deposit(id, BONUS));
      }
    }

    const feature = TidemarkModule.forFeature({ ...bank, processes: [bonus] });

    @Module({ imports: [feature], controllers: [BonusController], providers: [NotedGuard] })
    class BonusModule {}

    const app = await createApp({ databaseUrl }, [BonusModule]);
    app.connectMicroservice({ strategy: app.get(CommandStrategy) });
    await app.init();
    await openWith(app, 'A', 10);
    await expectBonus(app, 'A', 10);
    expect(seen).toEqual(['process:bonus']);
  });
});
