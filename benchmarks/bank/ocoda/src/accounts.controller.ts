import { Body, Controller, Get, Headers, Inject, Param, ParseIntPipe, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@ocoda/event-sourcing';
import { Deposit, OpenAccount, Withdraw } from './commands';
import { GetBalance } from './get-balance';

@Controller('accounts')
export class AccountsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Post(':id')
  open(@Param('id') id: string, @Body('owner') owner: string) {
    return this.commands.execute(new OpenAccount(id, owner));
  }

  @Post(':id/deposits')
  deposit(
    @Param('id') id: string,
    @Body('amount', ParseIntPipe) amount: number,
    @Headers('idempotency-key') key?: string,
  ) {
    return this.commands.execute(new Deposit(id, amount, key));
  }

  @Post(':id/withdrawals')
  withdraw(@Param('id') id: string, @Body('amount', ParseIntPipe) amount: number) {
    return this.commands.execute(new Withdraw(id, amount));
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.queries.execute(new GetBalance(id));
  }
}
