import { UnprocessableEntityException } from '@nestjs/common';
import { Aggregate, AggregateRoot, UUID } from '@ocoda/event-sourcing';
import { AccountOpened, BonusPaid, MoneyDeposited, MoneyWithdrawn } from './events';

export class AccountId extends UUID {
  static override from(id: string): AccountId {
    return new AccountId(id);
  }
}

const refused = (code: string) => new UnprocessableEntityException({ code });

@Aggregate({ streamName: 'account' })
export class Account extends AggregateRoot {
  owner?: string;
  balance = 0;
  private hasBonus = false;
  /** The idempotency keys of its deposits. */
  private readonly keys: string[] = [];

  constructor(readonly id: AccountId) {
    super();
  }

  open(owner: string): void {
    if (this.owner !== undefined) {
      throw refused('account_exists');
    }
    this.applyEvent(new AccountOpened(owner));
  }

  deposit(amount: number, key?: string): void {
    if (key && this.keys.includes(key)) {
      return;
    }
    if (this.owner === undefined || !(amount > 0)) {
      throw refused('not_possible');
    }
    this.applyEvent(new MoneyDeposited(amount, key));
  }

  withdraw(amount: number): void {
    if (!(amount > 0) || amount > this.balance) {
      throw refused('overdrawn');
    }
    this.applyEvent(new MoneyWithdrawn(amount));
  }

  payBonus(amount: number): void {
    if (!this.hasBonus) {
      this.applyEvent(new BonusPaid(amount));
    }
  }

  onAccountOpened({ owner }: AccountOpened): void {
    this.owner = owner;
  }

  onMoneyDeposited({ amount, key }: MoneyDeposited): void {
    this.balance += amount;
    if (key) {
      this.keys.push(key);
    }
  }

  onMoneyWithdrawn({ amount }: MoneyWithdrawn): void {
    this.balance -= amount;
  }

  onBonusPaid({ amount }: BonusPaid): void {
    this.balance += amount;
    this.hasBonus = true;
  }
}
