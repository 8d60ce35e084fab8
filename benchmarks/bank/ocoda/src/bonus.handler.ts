import { Inject } from '@nestjs/common';
import { EventHandler, type EventEnvelope, type IEventHandler } from '@ocoda/event-sourcing';
import { AccountId } from './account';
import { AccountRepository } from './account.repository';
import { MoneyDeposited } from './events';

const BONUS = 10;

/** Pays a bonus for the first deposit of each account. */
@EventHandler(MoneyDeposited)
export class BonusHandler implements IEventHandler {
  constructor(@Inject(AccountRepository) private readonly accounts: AccountRepository) {}

  async handle({ metadata }: EventEnvelope<MoneyDeposited>) {
    await this.accounts.change(AccountId.from(metadata.aggregateId), (account) => account.payBonus(BONUS));
  }
}
