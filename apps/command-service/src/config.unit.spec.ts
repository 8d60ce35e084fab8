import { ConfigurationError } from '@tidemark/platform';
import { loadCommandServiceConfig } from './config';

const least = {
  AUTH_LOCAL_KEY: 'k'.repeat(43),
  DATABASE_URL: 'postgres://localhost/tidemark',
  PAYMENT_PROVIDER_DATABASE_URL: 'postgres://localhost/tidemark',
  AMQP_URL: 'amqp://localhost',
};

describe('loadCommandServiceConfig', () => {
  it('needs four addresses and a key, and has a default for the rest', () => {
    expect(loadCommandServiceConfig(least)).toMatchObject({
      http: { port: 3001 },
      store: { url: least.DATABASE_URL, poolSize: 20, conflictRetries: 10 },
      paymentProvider: { timeoutMs: 2_000 },
      broker: { url: least.AMQP_URL, prefix: 'tidemark', commandPrefetch: 16 },
      relay: { windowSize: 500, pollIntervalMs: 1_000, leaseMs: 10_000, drainTimeoutMs: 2_000 },
    });
  });

  it.each(['DATABASE_URL', 'PAYMENT_PROVIDER_DATABASE_URL', 'AMQP_URL'])(
    'names %s when it is missing',
    (name) => {
      expect(() => loadCommandServiceConfig({ ...least, [name]: undefined })).toThrow(ConfigurationError);
      expect(() => loadCommandServiceConfig({ ...least, [name]: 'http://localhost' })).toThrow(name);
    },
  );
});
