import { accept, type EventOf } from '@tidemark/kernel';
import { handled, ignored, type ProcessDefinition } from '@tidemark/process-manager';
import { defineReadModel, defineTally, projectionsOf } from '@tidemark/projections';
import { z } from 'zod';
import { account, type AccountEvent, type Deposited } from './account.fixture';
import { defineCommand } from './definitions/define-command';
import type { TidemarkFeature } from './definitions/feature';

type Keys = { readonly account: { readonly event: AccountEvent; readonly id: string } };

const project = projectionsOf<Keys>();

export const balances = defineReadModel({
  name: 'balances',
  fields: { owner: z.string(), balance: z.number() },
  indexes: { balance: { balance: -1 } },
});

export const balancesProjection = project(balances).keyedBy('account', {
  version: 1,
  on: {
    AccountOpened: {
      id: ({ data }) => data.account,
      create: ({ data }) => ({ owner: data.owner, balance: 0 }),
    },
    MoneyDeposited: {
      id: ({ data }) => data.account,
      change: (document, { data }) => ({ ...document, balance: document.balance + data.amount }),
    },
    MoneyWithdrawn: {
      id: ({ data }) => data.account,
      change: (document, { data }) => ({ ...document, balance: document.balance - data.amount }),
    },
  },
});

export const turnover = defineTally({ name: 'turnover', by: { kind: z.string() }, sums: ['amount'] });

export const turnoverProjection = project(turnover).acrossPartitions({
  version: 1,
  on: {
    MoneyDeposited: { adds: ({ data }) => [{ kind: 'in', amount: data.amount }] },
    MoneyWithdrawn: { adds: ({ data }) => [{ kind: 'out', amount: data.amount }] },
  },
});

export const BONUS = 7;

/** The bonus is a deposit as well, so that the log shows each that was made twice. */
export const giveBonus = defineCommand(account, 'GiveBonus', {
  schema: z.strictObject({ account: z.string() }),
  id: (data) => data.account,
  decide: (data) => accept({ type: 'MoneyDeposited', data: { account: data.account, amount: BONUS } }),
});

interface Bonus {
  readonly step: 'new' | 'giving' | 'given';
}

/** Gives a bonus for the first deposit. */
export const bonus: ProcessDefinition<Bonus, EventOf<typeof Deposited>> = {
  name: 'bonus',
  version: 1,
  eventTypes: ['MoneyDeposited'],
  startsOn: ['MoneyDeposited'],
  correlate: ({ data }) => data.account,
  initial: () => ({ step: 'new' }),
  react: (state, input) => {
    if (input.kind !== 'event') {
      return ignored;
    }
    const { account: id } = input.event.data as { readonly account: string };
    switch (state.step) {
      case 'new':
        return handled('give the bonus', { step: 'giving' }, { commands: [giveBonus.ask({ account: id })] });
      case 'giving':
        return input.event.metadata.actor === 'process:bonus' ? handled('done', { step: 'given' }) : ignored;
      case 'given':
        return ignored;
      default:
        return state.step satisfies never;
    }
  },
  status: ({ step }) => (step === 'given' ? 'COMPLETED' : 'RUNNING'),
};

export const bank: TidemarkFeature = {
  aggregates: [account],
  projections: [balancesProjection, turnoverProjection],
};

export const bankWithBonus: TidemarkFeature = { ...bank, processes: [bonus], commands: [giveBonus] };
