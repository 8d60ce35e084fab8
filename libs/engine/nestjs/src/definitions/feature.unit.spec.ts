import { defineEvent, type Aggregate } from '@tidemark/kernel';
import { z } from 'zod';
import { account, Deposited, Opened } from '../account.fixture';
import { EventNameTakenError, StreamTypeTakenError } from '../errors';
import { definitionsOf } from './feature';

const ledger: Aggregate = { ...account, streamType: 'Ledger', contracts: [] } as unknown as Aggregate;

describe('the definitions of an application', () => {
  it('are those of all its features, once each', () => {
    const { aggregates, contracts } = definitionsOf([
      { aggregates: [account] },
      { aggregates: [account, ledger] },
      {},
    ]);
    expect(aggregates).toEqual([account, ledger]);
    expect(contracts).toEqual(account.contracts);
  });

  it('are refused if two aggregates have one stream type', () => {
    const features = [{ aggregates: [account] }, { aggregates: [{ ...ledger, streamType: 'Account' }] }];
    expect(() => definitionsOf(features)).toThrow(new StreamTypeTakenError('Account'));
    expect(() => definitionsOf(features)).toThrow(/give one of them another streamType/);
  });

  it('are refused if two aggregates publish one event', () => {
    const other = defineEvent(Deposited.type, z.strictObject({}));
    const features = [{ aggregates: [account, { ...ledger, contracts: [other] }] }];
    expect(() => definitionsOf(features)).toThrow(
      new EventNameTakenError(Deposited.type, ['Account', 'Ledger']),
    );
    expect(() => definitionsOf(features)).toThrow(/rename one of them/);
  });

  it('are refused if one aggregate publishes an event twice', () => {
    const features = [{ aggregates: [{ ...account, contracts: [Opened, Opened] }] }];
    expect(() => definitionsOf(features)).toThrow(new EventNameTakenError(Opened.type, ['Account']));
  });
});
