import { pongoSingleStreamProjection } from '@event-driven-io/emmett-postgresql';
import type { AccountEvent } from './account';

export type Balance = { owner: string; balance: number };

export const collectionName = 'balances';

function evolve(document: Balance | null, { type, data }: AccountEvent): Balance | null {
  switch (type) {
    case 'AccountOpened':
      return { owner: data.owner, balance: 0 };
    case 'MoneyDeposited':
    case 'BonusPaid':
      return document && { ...document, balance: document.balance + data.amount };
    case 'MoneyWithdrawn':
      return document && { ...document, balance: document.balance - data.amount };
  }
}

export const balancesProjection = pongoSingleStreamProjection({
  collectionName,
  evolve,
  canHandle: ['AccountOpened', 'MoneyDeposited', 'MoneyWithdrawn', 'BonusPaid'],
});
