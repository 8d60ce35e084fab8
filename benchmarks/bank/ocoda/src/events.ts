import { Event, type IEvent } from '@ocoda/event-sourcing';

@Event('account-opened')
export class AccountOpened implements IEvent {
  constructor(readonly owner: string) {}
}

@Event('money-deposited')
export class MoneyDeposited implements IEvent {
  constructor(
    readonly amount: number,
    readonly key?: string,
  ) {}
}

@Event('money-withdrawn')
export class MoneyWithdrawn implements IEvent {
  constructor(readonly amount: number) {}
}

@Event('bonus-paid')
export class BonusPaid implements IEvent {
  constructor(readonly amount: number) {}
}

export const events = [AccountOpened, MoneyDeposited, MoneyWithdrawn, BonusPaid];
