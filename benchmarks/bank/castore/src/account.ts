import { EventStore, EventType, type EventTypeDetails } from '@castore/core';
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';

const eventTypes = [
  new EventType<'ACCOUNT_OPENED', { owner: string }>({ type: 'ACCOUNT_OPENED' }),
  new EventType<'MONEY_DEPOSITED', { amount: number; key?: string }>({ type: 'MONEY_DEPOSITED' }),
  new EventType<'MONEY_WITHDRAWN', { amount: number }>({ type: 'MONEY_WITHDRAWN' }),
  new EventType<'BONUS_PAID', { amount: number }>({ type: 'BONUS_PAID' }),
];

export type AccountEvent = EventTypeDetails<typeof eventTypes>;

export type Account = {
  readonly aggregateId: string;
  readonly version: number;
  readonly owner: string;
  readonly balance: number;
  readonly hasBonus: boolean;
  /** The idempotency keys of its deposits. */
  readonly keys: readonly string[];
};

function reducer(account: Account, event: AccountEvent): Account {
  const { aggregateId, version } = event;
  const next = { ...account, aggregateId, version };
  switch (event.type) {
    case 'ACCOUNT_OPENED':
      return { ...next, owner: event.payload.owner, balance: 0, hasBonus: false, keys: [] };
    case 'MONEY_DEPOSITED': {
      const { amount, key } = event.payload;
      return {
        ...next,
        balance: account.balance + amount,
        keys: key ? [...account.keys, key] : account.keys,
      };
    }
    case 'MONEY_WITHDRAWN':
      return { ...next, balance: account.balance - event.payload.amount };
    case 'BONUS_PAID':
      return { ...next, balance: account.balance + event.payload.amount, hasBonus: true };
  }
}

export const accounts = new EventStore({
  eventStoreId: 'ACCOUNTS',
  eventTypes,
  reducer,
  eventStorageAdapter: new PostgresEventStorageAdapter({ connectionString: process.env.DATABASE_URL! }),
});
