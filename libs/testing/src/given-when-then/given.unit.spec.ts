import { AssertionError } from 'node:assert';
import { accept, refuse, type Aggregate, type DomainEvent } from '@tidemark/kernel';
import { given } from './given';

type Counted = DomainEvent<'Counted', { readonly by: number }>;

const counted = (by: number): Counted => ({ type: 'Counted', data: { by } });

const counter: Aggregate<number, Counted> = {
  streamType: 'Counter',
  initial: 0,
  evolve: (total, event) => total + event.data.by,
  partitionKeyOf: () => 'key',
  contracts: [],
  stateVersion: 1,
};

const limit = 5;

function count(by: number) {
  return (total: number) => {
    if (total + by > limit) {
      return refuse('limit_exceeded', `only ${limit - total} left`);
    }
    return by === 0 ? accept<Counted>() : accept(counted(by));
  };
}

describe('given', () => {
  it('starts from the initial state', () => {
    given(counter).when(count(5)).then(counted(5));
  });

  it('folds the history in order', () => {
    given(counter, counted(2), counted(3)).when(count(1)).thenRefused('limit_exceeded');
  });

  it('accepts a decision that changes nothing', () => {
    given(counter, counted(2)).when(count(0)).thenNothing();
  });

  it.each([
    ['other events', () => given(counter).when(count(1)).then(counted(2))],
    ['fewer events', () => given(counter).when(count(1)).thenNothing()],
    ['more events', () => given(counter).when(count(1)).then(counted(1), counted(1))],
    ['a refusal that did not happen', () => given(counter).when(count(1)).thenRefused('limit_exceeded')],
    ['another refusal', () => given(counter).when(count(9)).thenRefused('other')],
    ['events instead of a refusal', () => given(counter).when(count(9)).then(counted(9))],
    ['nothing instead of a refusal', () => given(counter).when(count(9)).thenNothing()],
  ])('fails on %s', (_, expectation) => {
    expect(expectation).toThrow(AssertionError);
  });

  it('shows why a command was refused', () => {
    expect(() => given(counter).when(count(9)).then(counted(9))).toThrow(/limit_exceeded: only 5 left/);
  });
});
