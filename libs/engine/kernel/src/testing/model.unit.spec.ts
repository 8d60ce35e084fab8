import type { Aggregate } from '../aggregate';
import { accept, refuse } from '../decision';
import { defineEvent } from '../event-contract';
import { money, moneySchema, type Money } from '../money';
import { Subject, step } from './model';

const added = defineEvent('Added', moneySchema);
type Added = { readonly type: 'Added'; readonly data: Money };

const sum: Aggregate<number, Added> = {
  streamType: 'Sum',
  initial: 0,
  evolve: (state, event) => state + event.data.amount,
  contracts: [added],
  partitionKeyOf: () => 'key',
  stateVersion: 1,
};
const model = { sum: 0 };
const subject = () =>
  new Subject(sum, (state) => {
    if (state > 9) {
      throw new Error(`${state} is more than 9`);
    }
  });
const add = (n: number, predicted: readonly string[] | string = ['Added']) =>
  step(
    `add ${n}`,
    (state: number) =>
      n < 0 ? refuse('negative', `${state}`) : accept<Added>({ type: 'Added', data: money(n, 'EUR') }),
    () => predicted,
  );

describe('a step', () => {
  it('passes if the aggregate behaves as the model predicts', () => {
    const tested = subject();
    add(3).run(model, tested);
    add(-1, 'negative').run(model, tested);
    expect(tested.state).toBe(3);
  });

  it.each([
    ['other events than predicted', add(3, [])],
    ['a refusal that was not predicted', add(-1)],
    ['events where a refusal was predicted', add(3, 'negative')],
    ['an event that does not fit its contract', add(0.5)],
  ])('fails on %s', (_, failing) => {
    expect(() => failing.run(model, subject())).toThrow();
  });

  it('fails on a state that breaks the rules', () => {
    const tested = subject();
    add(5).run(model, tested);
    expect(() => add(5).run(model, tested)).toThrow('10 is more than 9');
  });
});
