import { accept, defineEvent, refuse, type Aggregate, type Decision, type EventOf } from '@tidemark/kernel';
import { z } from 'zod';

const opened = z.object({ account: z.string(), owner: z.string(), balance: z.literal(0) });
const moved = z.object({ account: z.string(), amount: z.int().positive(), balance: z.int().min(0) });

export const events = [
  defineEvent('AccountOpened', opened),
  defineEvent('MoneyDeposited', moved),
  defineEvent('MoneyWithdrawn', moved),
  defineEvent('BonusPaid', moved),
] as const;

export type AccountEvent = EventOf<(typeof events)[number]>;

export type Account = { readonly isOpen: boolean; readonly balance: number };

export const account: Aggregate<Account, AccountEvent> = {
  streamType: 'Account',
  initial: { isOpen: false, balance: 0 },
  evolve: (_, { data }) => ({ isOpen: true, balance: data.balance }),
  partitionKeyOf: ({ data }) => data.account,
  contracts: events,
  stateVersion: 1,
};

type Decide = (state: Account) => Decision<AccountEvent>;

export const open =
  (id: string, owner: string): Decide =>
  ({ isOpen }) =>
    isOpen
      ? refuse('account_exists', 'The account is open already.')
      : accept({ type: 'AccountOpened', data: { account: id, owner, balance: 0 } });

export const deposit =
  (id: string, amount: number): Decide =>
  ({ isOpen, balance }) =>
    isOpen && amount > 0
      ? accept({ type: 'MoneyDeposited', data: { account: id, amount, balance: balance + amount } })
      : refuse('not_possible', 'Deposit a positive amount into an open account.');

export const withdraw =
  (id: string, amount: number): Decide =>
  ({ balance }) =>
    amount > 0 && amount <= balance
      ? accept({ type: 'MoneyWithdrawn', data: { account: id, amount, balance: balance - amount } })
      : refuse('overdrawn', `The balance is ${balance}.`);
