import { wantedSetUp } from './wanted-set-up';

const small = { delivery: 'log', commands: 'postgres', readStore: 'postgres' };
const full = { delivery: 'rabbitmq', commands: 'rabbitmq', readStore: 'mongodb' };
const urls = { AMQP_URL: 'amqp://mq', MONGODB_URL: 'mongodb://db' };

describe('wantedSetUp', () => {
  it.each([
    [{}, {}],
    [{ DELIVERY: '', MONGODB_URL: '' }, {}],
    [{ TIDEMARK_SETUP: 'small' }, small],
    [{ TIDEMARK_SETUP: 'full' }, full],
    [urls, full],
    [{ ...urls, TIDEMARK_SETUP: 'small' }, full],
    [
      { ...urls, DELIVERY: 'log' },
      { ...full, delivery: 'log' },
    ],
    [{ COMMANDS: 'postgres' }, { commands: 'postgres' }],
    [
      { READ_STORE: 'mongodb', TIDEMARK_SETUP: 'small' },
      { ...small, readStore: 'mongodb' },
    ],
  ])('reads %j as %j', (environment, expected) => {
    expect(wantedSetUp(environment)).toEqual(expected);
  });

  it.each([
    [{ DELIVERY: 'pigeon' }, 'DELIVERY: expected rabbitmq or log, not pigeon'],
    [
      { READ_STORE: 'postgres', MONGODB_URL: 'mongodb://db' },
      'READ_STORE is postgres, but MONGODB_URL is set',
    ],
    [
      { DELIVERY: 'log', COMMANDS: 'postgres', AMQP_URL: 'amqp://mq' },
      'AMQP_URL is set, but DELIVERY and COMMANDS',
    ],
  ])('refuses %j', (environment, message) => {
    expect(() => wantedSetUp(environment)).toThrow(message);
  });
});
