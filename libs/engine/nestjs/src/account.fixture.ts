import { accept, defineEvent, refuse, type Aggregate, type Decision, type EventOf } from '@tidemark/kernel';
import { z } from 'zod';

const amount = z.int().positive();

export const Opened = defineEvent(
  'AccountOpened',
  z.strictObject({ account: z.string(), owner: z.string() }),
);
export const Deposited = defineEvent('MoneyDeposited', z.strictObject({ account: z.string(), amount }));
export const Withdrawn = defineEvent('MoneyWithdrawn', z.strictObject({ account: z.string(), amount }));

export type AccountEvent = EventOf<typeof Opened> | EventOf<typeof Deposited> | EventOf<typeof Withdrawn>;

export interface Account {
  readonly isOpen: boolean;
  readonly balance: number;
}

/** A domain just large enough for the module's tests. */
export const account: Aggregate<Account, AccountEvent> = {
  streamType: 'Account',
  initial: { isOpen: false, balance: 0 },
  evolve(state, event) {
    switch (event.type) {
      case 'AccountOpened':
        return { ...state, isOpen: true };
      case 'MoneyDeposited':
        return { ...state, balance: state.balance + event.data.amount };
      case 'MoneyWithdrawn':
        return { ...state, balance: state.balance - event.data.amount };
      default:
        return event satisfies never;
    }
  },
  partitionKeyOf: ({ data }) => data.account,
  contracts: [Opened, Deposited, Withdrawn],
  stateVersion: 1,
};

export const open =
  (id: string, owner = 'ada') =>
  ({ isOpen }: Account): Decision<AccountEvent> =>
    isOpen
      ? refuse('account_exists', `the account ${id} exists`)
      : accept({ type: 'AccountOpened', data: { account: id, owner } });

export const deposit = (id: string, sum: number) => (): Decision<AccountEvent> =>
  accept({ type: 'MoneyDeposited', data: { account: id, amount: sum } });

export const withdraw =
  (id: string, sum: number) =>
  ({ balance }: Account): Decision<AccountEvent> =>
    sum > balance
      ? refuse('overdrawn', `the balance is ${balance}`)
      : accept({ type: 'MoneyWithdrawn', data: { account: id, amount: sum } });
