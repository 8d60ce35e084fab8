import { defineReadModel, projectionsOf } from '@tidemark/projections';
import { z } from 'zod';
import type { AccountEvent } from './account';

export const balances = defineReadModel({
  name: 'balances',
  fields: { owner: z.string(), balance: z.number() },
});

type Moved = { readonly data: { readonly account: string; readonly balance: number } };

const moved = {
  id: ({ data }: Moved) => data.account,
  change: ({ owner }: { owner: string }, { data }: Moved) => ({ owner, balance: data.balance }),
};

const project = projectionsOf<{ account: { event: AccountEvent; id: string } }>();

export const balancesProjection = project(balances).keyedBy('account', {
  version: 1,
  on: {
    AccountOpened: {
      id: ({ data }) => data.account,
      create: ({ data: { owner, balance } }) => ({ owner, balance }),
    },
    MoneyDeposited: moved,
    MoneyWithdrawn: moved,
    BonusPaid: moved,
  },
});
