import {
  Body,
  Controller,
  Injectable,
  Module,
  ParseIntPipe,
  Post,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Command, CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { Execution } from '@tidemark/event-store';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { map, type Observable } from 'rxjs';
import { account, deposit, open, withdraw } from './account.fixture';
import type { RepositoryOf } from './aggregates/aggregate-repository';
import { writeResultOf, type WriteResult } from './aggregates/write-result';
import { closeApps, createApp } from './app.fixture';
import { FaultFilter } from './fault.filter';
import { TidemarkModule } from './tidemark.module';
import { InjectAggregate } from './tokens';

const teller = { actor: 'teller' };
const feature = TidemarkModule.forFeature({ aggregates: [account] });

class MoveMoney extends Command<Execution> {
  constructor(
    readonly id: string,
    readonly amount: number,
    readonly version?: number,
  ) {
    super();
  }
}

@CommandHandler(MoveMoney)
class MoveMoneyHandler implements ICommandHandler<MoveMoney> {
  constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

  execute({ id, amount, version }: MoveMoney): Promise<Execution> {
    const decide = amount > 0 ? deposit(id, amount) : withdraw(id, -amount);
    return this.accounts.execute(
      id,
      teller,
      decide,
      version === undefined ? {} : { expectedVersion: version },
    );
  }
}

/** Looks into the log before it lets a request pass. */
@Injectable()
class OpenAccountGuard implements CanActivate {
  constructor(@InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { body } = context.switchToHttp().getRequest<{ body: { id: string } }>();
    return (await this.accounts.load(body.id)).state.isOpen;
  }
}

@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<WriteResult>): Observable<unknown> {
    return next.handle().pipe(map(({ version }) => ({ wrapped: version })));
  }
}

@Controller('moves')
@UseInterceptors(WrappingInterceptor)
class MovesController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @UseGuards(OpenAccountGuard)
  async move(
    @Body('id') id: string,
    @Body('amount', ParseIntPipe) amount: number,
    @Body('version') version?: number,
  ): Promise<WriteResult> {
    return writeResultOf(await this.commands.execute(new MoveMoney(id, amount, version)));
  }
}

@Module({
  imports: [CqrsModule.forRoot(), feature],
  controllers: [MovesController],
  providers: [MoveMoneyHandler, OpenAccountGuard],
})
class MovesModule {}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(closeApps);
afterAll(() => database?.drop());

it('leaves command handlers, guards, pipes, interceptors and filters of Nest as they are', async () => {
  const app = await createApp({ databaseUrl: database.url, migrate: 'onStart', partitions: 2 }, [
    MovesModule,
  ]);
  app.useGlobalFilters(new FaultFilter(app.getHttpAdapter()));
  await app.init();
  const move = async (payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/moves', payload });
    return [statusCode, JSON.parse(body) as unknown];
  };

  expect(await move({ id: 'A', amount: 5 })).toMatchObject([403, {}]);
  const accounts = app.select(MovesModule).get(MoveMoneyHandler)['accounts'];
  await accounts.execute('A', teller, open('A'));
  expect(await move({ id: 'A', amount: 'many' })).toMatchObject([400, {}]);
  expect(await move({ id: 'A', amount: 5 })).toEqual([201, { wrapped: 2 }]);
  expect(await move({ id: 'A', amount: -6 })).toEqual([
    422,
    { statusCode: 422, code: 'overdrawn', message: 'the balance is 5' },
  ]);
  expect(await move({ id: 'A', amount: 1, version: 1 })).toMatchObject([412, { code: 'version_mismatch' }]);
});
