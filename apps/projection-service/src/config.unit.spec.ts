import { ConfigurationError } from '@tidemark/platform';
import { newMessageKeys } from '@tidemark/test-servers';
import { loadProjectionServiceConfig } from './config';

const required = {
  AUTH_LOCAL_KEY: 'k'.repeat(43),
  EVENT_STORE_DATABASE_URL: 'postgresql://reader@localhost/tidemark',
  MONGODB_URL: 'mongodb://localhost/tidemark',
  AMQP_URL: 'amqp://localhost',
  MESSAGE_KEYS: newMessageKeys(),
};

describe('loadProjectionServiceConfig', () => {
  it('needs the addresses of log, broker and read models, and has defaults for the rest', () => {
    const config = loadProjectionServiceConfig(required);
    expect(config).toMatchObject({
      http: { port: 3003 },
      eventLog: { maxConnections: 5 },
      readStore: { maxConnections: 20 },
      delivery: { kind: 'rabbitmq', prefix: 'tidemark' },
      consumer: {
        leaseMs: 10_000,
        idleCheckMs: 1_000,
        maxBatch: 200,
        prefetch: 256,
        handlerTimeoutMs: 30_000,
        maxAttempts: 10,
        maxProcessEnds: 3,
        minBackoffMs: 100,
        maxBackoffMs: 10_000,
      },
      generations: {
        keepIntervalMs: 500,
        pageSize: 200,
        keepPreviousMs: 86_400_000,
        dropAfterMs: 60_000,
        verifyIntervalMs: 30_000,
        verifySampleSize: 20,
        verifyRestMs: 50,
      },
    });
    expect(config.eventLog.url.current()).toBe(required.EVENT_STORE_DATABASE_URL);
    expect(config.readStore.url.current()).toBe(required.MONGODB_URL);
    const { delivery } = config;
    expect(delivery.kind === 'rabbitmq' && delivery.url.current()).toBe(required.AMQP_URL);
    expect(delivery.kind === 'rabbitmq' && delivery.messageKeys.current()).toHaveLength(2);
  });

  it('follows the log without an address of the broker, or when it is told to', () => {
    const { AMQP_URL, MESSAGE_KEYS, ...noBroker } = required;
    expect(loadProjectionServiceConfig(noBroker).delivery).toEqual({ kind: 'log' });
    expect(loadProjectionServiceConfig({ ...required, DELIVERY: 'log' }).delivery).toEqual({ kind: 'log' });
    const contradictory = () =>
      loadProjectionServiceConfig({ ...noBroker, DELIVERY: 'rabbitmq', MESSAGE_KEYS });
    expect(contradictory).toThrow('DELIVERY: `rabbitmq` needs an AMQP_URL; set one, or set DELIVERY=log');
    const keyless = () => loadProjectionServiceConfig({ ...noBroker, AMQP_URL });
    expect(keyless).toThrow("MESSAGE_KEYS: events from the broker can't be verified without keys");
  });

  it('names every fault at once', () => {
    const load = () => loadProjectionServiceConfig({ AMQP_URL: 'http://broker', LEASE_MS: '10s' });
    expect(load).toThrow(ConfigurationError);
    for (const setting of [
      'AMQP_URL',
      'LEASE_MS',
      'MONGODB_URL',
      'EVENT_STORE_DATABASE_URL',
      'AUTH_JWKS_URL',
    ]) {
      expect(load).toThrow(setting);
    }
  });
});
