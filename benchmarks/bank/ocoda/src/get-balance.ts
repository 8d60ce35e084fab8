import { Inject, NotFoundException } from '@nestjs/common';
import { QueryHandler, type IQuery, type IQueryHandler } from '@ocoda/event-sourcing';
import { AccountId } from './account';
import { AccountRepository } from './account.repository';

export class GetBalance implements IQuery {
  constructor(readonly id: string) {}
}

@QueryHandler(GetBalance)
export class GetBalanceHandler implements IQueryHandler {
  constructor(@Inject(AccountRepository) private readonly accounts: AccountRepository) {}

  async execute({ id }: GetBalance) {
    const { owner, balance } = await this.accounts.get(AccountId.from(id));
    if (owner === undefined) {
      throw new NotFoundException();
    }
    return { owner, balance };
  }
}
