import { accept, aggregateIdOf } from '@tidemark/kernel';
import { defineCommand } from '@tidemark/nestjs';
import { handled, ignored, type ProcessDefinition } from '@tidemark/process-manager';
import { z } from 'zod';
import { account } from './account';

const BONUS = 10;

export const payBonus = defineCommand(account, 'PayBonus', {
  schema: z.object({ account: z.string() }),
  id: (data) => data.account,
  decide: ({ account }, { balance }) =>
    accept({ type: 'BonusPaid', data: { account, amount: BONUS, balance: balance + BONUS } }),
});

/** Pays a bonus for the first deposit of each account. */
export const bonus: ProcessDefinition<'new' | 'paying' | 'paid'> = {
  name: 'bonus',
  version: 1,
  eventTypes: ['MoneyDeposited', 'BonusPaid'],
  startsOn: ['MoneyDeposited'],
  correlate: ({ streamId }) => aggregateIdOf(streamId),
  initial: () => 'new',
  react(state, input) {
    if (state === 'new' && input.kind === 'event') {
      const id = aggregateIdOf(input.event.streamId);
      return handled('pay the bonus', 'paying', { commands: [payBonus.ask({ account: id })] });
    }
    return state === 'paying' && input.name === 'BonusPaid' ? handled('done', 'paid') : ignored;
  },
  status: (state) => (state === 'paid' ? 'COMPLETED' : 'RUNNING'),
};
