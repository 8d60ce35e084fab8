import { ConfigurationError, publishedKeys } from '@tidemark/platform';
import { newMessageKeys } from '@tidemark/testing';
import { loadCommandServiceConfig } from './config';

const least = {
  AUTH_LOCAL_KEY: 'k'.repeat(43),
  DATABASE_URL: 'postgres://localhost/tidemark',
  PAYMENT_PROVIDER_DATABASE_URL: 'postgres://localhost/tidemark',
  AMQP_URL: 'amqp://localhost',
  MESSAGE_KEYS: newMessageKeys(),
};

describe('loadCommandServiceConfig', () => {
  it('needs four addresses and the keys, and has a default for the rest', () => {
    const config = loadCommandServiceConfig(least);
    expect(config).toMatchObject({
      http: { port: 3001 },
      store: { maxConnections: 20, conflictRetries: 10 },
      paymentProvider: { timeoutMs: 2_000 },
      broker: { prefix: 'tidemark', commandPrefetch: 16 },
      relay: { windowSize: 500, pollIntervalMs: 1_000, leaseMs: 10_000, drainTimeoutMs: 2_000 },
    });
    expect(config.store.url.current()).toBe(least.DATABASE_URL);
    expect(config.broker.url.current()).toBe(least.AMQP_URL);
    expect(config.broker.messageKeys.current()).toHaveLength(2);
  });

  it('refuses published keys of messages in production', () => {
    const secret = publishedKeys.at(-1);
    const MESSAGE_KEYS = JSON.stringify({ keys: [{ id: 'trial', owner: 'relay', secret }] });
    const load = (NODE_ENV: string) => () => loadCommandServiceConfig({ ...least, MESSAGE_KEYS, NODE_ENV });
    expect(load('development')).not.toThrow();
    expect(load('production')).toThrow('MESSAGE_KEYS: production refuses a key that is published');
  });

  it.each(['DATABASE_URL', 'PAYMENT_PROVIDER_DATABASE_URL', 'AMQP_URL', 'MESSAGE_KEYS'])(
    'names %s when it is missing',
    (name) => {
      expect(() => loadCommandServiceConfig({ ...least, [name]: undefined })).toThrow(ConfigurationError);
      expect(() => loadCommandServiceConfig({ ...least, [name]: 'http://localhost' })).toThrow(name);
    },
  );
});
