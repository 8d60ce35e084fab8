import { IllegalStateError, type Event } from '@event-driven-io/emmett';

export type AccountEvent =
  | Event<'AccountOpened', { owner: string }>
  | Event<'MoneyDeposited', { amount: number; key?: string }>
  | Event<'MoneyWithdrawn', { amount: number }>
  | Event<'BonusPaid', { amount: number }>;

export type Account = {
  readonly isOpen: boolean;
  readonly balance: number;
  readonly hasBonus: boolean;
  /** The idempotency keys of its deposits. */
  readonly keys: readonly string[];
};

export const initialState = (): Account => ({ isOpen: false, balance: 0, hasBonus: false, keys: [] });

export function evolve(state: Account, { type, data }: AccountEvent): Account {
  switch (type) {
    case 'AccountOpened':
      return { ...state, isOpen: true };
    case 'MoneyDeposited':
      return {
        ...state,
        balance: state.balance + data.amount,
        keys: data.key ? [...state.keys, data.key] : state.keys,
      };
    case 'MoneyWithdrawn':
      return { ...state, balance: state.balance - data.amount };
    case 'BonusPaid':
      return { ...state, balance: state.balance + data.amount, hasBonus: true };
  }
}

type Decide = (state: Account) => AccountEvent[];

export const open =
  (owner: string): Decide =>
  ({ isOpen }) => {
    if (isOpen) {
      throw new IllegalStateError('account_exists');
    }
    return [{ type: 'AccountOpened', data: { owner } }];
  };

export const deposit =
  (amount: number, key?: string): Decide =>
  ({ isOpen, keys }) => {
    if (key && keys.includes(key)) {
      return [];
    }
    if (!isOpen || !(amount > 0)) {
      throw new IllegalStateError('not_possible');
    }
    return [{ type: 'MoneyDeposited', data: { amount, ...(key && { key }) } }];
  };

export const withdraw =
  (amount: number): Decide =>
  ({ balance }) => {
    if (!(amount > 0) || amount > balance) {
      throw new IllegalStateError('overdrawn');
    }
    return [{ type: 'MoneyWithdrawn', data: { amount } }];
  };

/** The reaction may run more than once, so the account itself knows whether it has its bonus. */
export const payBonus =
  (amount: number): Decide =>
  ({ hasBonus }) =>
    hasBonus ? [] : [{ type: 'BonusPaid', data: { amount } }];
