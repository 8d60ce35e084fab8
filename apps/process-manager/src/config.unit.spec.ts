import { newMessageKeys } from '@tidemark/test-servers';
import { loadProcessManagerConfig } from './config';

const least = {
  AUTH_LOCAL_KEY: 'k'.repeat(43),
  DATABASE_URL: 'postgres://localhost/tidemark',
  EVENT_STORE_DATABASE_URL: 'postgres://localhost/tidemark',
  MESSAGE_KEYS: newMessageKeys(),
};
const AMQP_URL = 'amqp://localhost';

describe('loadProcessManagerConfig', () => {
  it.each([
    [{}, { delivery: 'log', commands: 'postgres' }, undefined],
    [{ AMQP_URL }, { delivery: 'rabbitmq', commands: 'rabbitmq' }, AMQP_URL],
    [{ AMQP_URL, DELIVERY: 'log' }, { delivery: 'log', commands: 'rabbitmq' }, AMQP_URL],
    [{ AMQP_URL, COMMANDS: 'postgres' }, { delivery: 'rabbitmq', commands: 'postgres' }, AMQP_URL],
    [
      { AMQP_URL, DELIVERY: 'log', COMMANDS: 'postgres' },
      { delivery: 'log', commands: 'postgres' },
      undefined,
    ],
  ])('with %p, uses the broker only for what needs it', (given, ways, url) => {
    const { broker } = loadProcessManagerConfig({ ...least, ...given });
    expect(broker).toMatchObject(ways);
    expect(broker.url?.current()).toBe(url);
  });

  it.each([
    [{ DELIVERY: 'rabbitmq' }, 'DELIVERY: `rabbitmq` needs an AMQP_URL; set one, or set DELIVERY=log'],
    [{ COMMANDS: 'rabbitmq' }, 'COMMANDS: `rabbitmq` needs an AMQP_URL; set one, or set COMMANDS=postgres'],
    [{ MESSAGE_KEYS: undefined }, 'MESSAGE_KEYS'],
  ])('refuses %p without an address of the broker', (given, fault) => {
    expect(() => loadProcessManagerConfig({ ...least, ...given })).toThrow(fault);
  });
});
