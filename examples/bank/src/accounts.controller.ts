import { Body, Controller, Get, Headers, NotFoundException, Param, ParseIntPipe, Post } from '@nestjs/common';
import {
  InjectAggregate,
  InjectReadModel,
  writeResultOf,
  type ReaderOf,
  type RepositoryOf,
} from '@tidemark/nestjs';
import { account, deposit, open, withdraw } from './account';
import { balances } from './balances';

const teller = { actor: 'teller' };

@Controller('accounts')
export class AccountsController {
  constructor(
    @InjectAggregate(account) private readonly accounts: RepositoryOf<typeof account>,
    @InjectReadModel(balances) private readonly reader: ReaderOf<typeof balances>,
  ) {}

  @Post(':id')
  async open(@Param('id') id: string, @Body('owner') owner: string) {
    return writeResultOf(await this.accounts.execute(id, teller, open(id, owner), { startsStream: true }));
  }

  @Post(':id/deposits')
  async deposit(
    @Param('id') id: string,
    @Body('amount', ParseIntPipe) amount: number,
    @Headers('idempotency-key') key?: string,
  ) {
    const command = key ? { ...teller, idempotencyKey: key, request: { deposit: amount } } : teller;
    return writeResultOf(await this.accounts.execute(id, command, deposit(id, amount)));
  }

  @Post(':id/withdrawals')
  async withdraw(@Param('id') id: string, @Body('amount', ParseIntPipe) amount: number) {
    return writeResultOf(await this.accounts.execute(id, teller, withdraw(id, amount)));
  }

  @Get(':id')
  async get(@Param('id') id: string, @Headers('consistency-token') token?: string) {
    return (await this.reader.get(id, { token })) ?? Promise.reject(new NotFoundException());
  }
}
