import { ConfigurationError, publishedKeys } from '@tidemark/platform';
import { newMessageKeys } from '@tidemark/test-servers';
import { loadCommandServiceConfig } from './config';

const least = {
  AUTH_LOCAL_KEY: 'k'.repeat(43),
  DATABASE_URL: 'postgres://localhost/tidemark',
  PAYMENT_PROVIDER_DATABASE_URL: 'postgres://localhost/tidemark',
  AMQP_URL: 'amqp://localhost',
  MESSAGE_KEYS: newMessageKeys(),
};

describe('loadCommandServiceConfig', () => {
  it('needs two addresses, knows the broker by its address and the keys, and has a default for the rest', () => {
    const config = loadCommandServiceConfig(least);
    expect(config).toMatchObject({
      http: { port: 3001 },
      store: { maxConnections: 20, conflictRetries: 10 },
      paymentProvider: { timeoutMs: 2_000 },
      broker: { prefix: 'tidemark', commandPrefetch: 16, hasRelay: true, commands: 'rabbitmq' },
      relay: { windowSize: 500, pollIntervalMs: 1_000, leaseMs: 10_000, drainTimeoutMs: 2_000 },
    });
    expect(config.store.url.current()).toBe(least.DATABASE_URL);
    expect(config.broker.url?.current()).toBe(least.AMQP_URL);
    expect(config.broker.messageKeys.current()).toHaveLength(2);
  });

  it('refuses published keys of messages in production', () => {
    const secret = publishedKeys.at(-1);
    const MESSAGE_KEYS = JSON.stringify({ keys: [{ id: 'trial', owner: 'relay', secret }] });
    const load = (NODE_ENV: string) => () => loadCommandServiceConfig({ ...least, MESSAGE_KEYS, NODE_ENV });
    expect(load('development')).not.toThrow();
    expect(load('production')).toThrow('MESSAGE_KEYS: production refuses a key that is published');
  });

  it('needs neither broker nor relay without an address of the broker', () => {
    const { AMQP_URL, ...noBroker } = least;
    const alone = { hasRelay: false, commands: 'postgres', url: undefined };
    expect(loadCommandServiceConfig(noBroker).broker).toMatchObject(alone);
    expect(
      loadCommandServiceConfig({ ...least, DELIVERY: 'log', COMMANDS: 'postgres' }).broker,
    ).toMatchObject(alone);
    for (const [given, expected] of [
      [{ DELIVERY: 'log' }, { hasRelay: false, commands: 'rabbitmq' }],
      [{ COMMANDS: 'postgres' }, { hasRelay: true, commands: 'postgres' }],
    ] as const) {
      const { broker } = loadCommandServiceConfig({ ...least, ...given });
      expect(broker).toMatchObject(expected);
      expect(broker.url?.current()).toBe(AMQP_URL);
    }
  });

  it.each([
    [{ DELIVERY: 'rabbitmq' }, 'DELIVERY: `rabbitmq` needs an AMQP_URL; set one, or set DELIVERY=log'],
    [{ COMMANDS: 'rabbitmq' }, 'COMMANDS: `rabbitmq` needs an AMQP_URL; set one, or set COMMANDS=postgres'],
    [{ DELIVERY: 'pigeon' }, 'DELIVERY: expected one of'],
    [{ COMMANDS: 'log' }, 'COMMANDS: expected one of rabbitmq, postgres'],
  ])('refuses %p without an address of the broker', (given, fault) => {
    const noBroker = { ...least, AMQP_URL: undefined };
    expect(() => loadCommandServiceConfig({ ...noBroker, ...given })).toThrow(fault);
  });

  it.each(['DATABASE_URL', 'PAYMENT_PROVIDER_DATABASE_URL', 'MESSAGE_KEYS'])(
    'names %s when it is missing',
    (name) => {
      expect(() => loadCommandServiceConfig({ ...least, [name]: undefined })).toThrow(ConfigurationError);
      expect(() => loadCommandServiceConfig({ ...least, [name]: 'http://localhost' })).toThrow(name);
    },
  );
});
