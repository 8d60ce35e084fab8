import { AssertionError } from 'node:assert';
import type { Aggregate } from '../aggregate';
import { accept, refuse } from '../decision';
import { ContractViolationError, UnknownEventTypeError } from '../errors';
import { defineEvent, type EventOf } from '../event-contract';
import { z } from 'zod';
import { given } from './given';

const Counted = defineEvent('Counted', z.strictObject({ by: z.int() }));
type Counted = EventOf<typeof Counted>;

const counted = (by: number): Counted => ({ type: 'Counted', data: { by } });

const counter: Aggregate<number, Counted> = {
  streamType: 'Counter',
  initial: 0,
  evolve: (total, event) => total + event.data.by,
  partitionKeyOf: () => 'key',
  contracts: [Counted],
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

  it('fails on an event that the log would refuse', () => {
    expect(() => given(counter).when(count(0.5)).then(counted(0.5))).toThrow(ContractViolationError);
    const other = { ...counter, contracts: [] };
    expect(() => given(other).when(count(1)).then(counted(1))).toThrow(UnknownEventTypeError);
  });

  it('shows why a command was refused', () => {
    expect(() => given(counter).when(count(9)).then(counted(9))).toThrow(/limit_exceeded: only 5 left/);
  });
});
