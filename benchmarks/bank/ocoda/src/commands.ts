import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommand, type ICommandHandler } from '@ocoda/event-sourcing';
import { AccountId } from './account';
import { AccountRepository } from './account.repository';

export class OpenAccount implements ICommand {
  constructor(
    readonly id: string,
    readonly owner: string,
  ) {}
}

export class Deposit implements ICommand {
  constructor(
    readonly id: string,
    readonly amount: number,
    readonly key?: string,
  ) {}
}

export class Withdraw implements ICommand {
  constructor(
    readonly id: string,
    readonly amount: number,
  ) {}
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler {
  constructor(@Inject(AccountRepository) private readonly accounts: AccountRepository) {}

  execute({ id, owner }: OpenAccount) {
    return this.accounts.change(AccountId.from(id), (account) => account.open(owner));
  }
}

@CommandHandler(Deposit)
export class DepositHandler implements ICommandHandler {
  constructor(@Inject(AccountRepository) private readonly accounts: AccountRepository) {}

  execute({ id, amount, key }: Deposit) {
    return this.accounts.change(AccountId.from(id), (account) => account.deposit(amount, key));
  }
}

@CommandHandler(Withdraw)
export class WithdrawHandler implements ICommandHandler {
  constructor(@Inject(AccountRepository) private readonly accounts: AccountRepository) {}

  execute({ id, amount }: Withdraw) {
    return this.accounts.change(AccountId.from(id), (account) => account.withdraw(amount));
  }
}

export const commandHandlers = [OpenAccountHandler, DepositHandler, WithdrawHandler];
