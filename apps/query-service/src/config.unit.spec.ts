import { loadQueryServiceConfig } from './config';

const valid = {
  AUTH_LOCAL_KEY: Buffer.alloc(32, 1).toString('base64url'),
  MONGODB_URL: 'mongodb://localhost:27017/tidemark',
  EVENT_STORE_DATABASE_URL: 'postgres://reader@localhost/tidemark',
};

describe('configuration', () => {
  it('needs the keys and the two databases, and has defaults for the rest', () => {
    const config = loadQueryServiceConfig(valid);
    expect(config).toMatchObject({
      http: { port: 3002 },
      readStore: { kind: 'mongodb' },
      queries: { timeLimitMs: 2_000 },
      readYourWrites: { timeoutMs: 5_000 },
    });
    expect(config.readStore.url.current()).toBe(valid.MONGODB_URL);
    expect(config.eventLog.url.current()).toBe(valid.EVENT_STORE_DATABASE_URL);
  });

  it('names every bad value', () => {
    const env = {
      ...valid,
      PORT: 'x',
      MONGODB_URL: '',
      QUERY_TIMEOUT_MS: '0',
      READ_YOUR_WRITES_TIMEOUT_MS: '5s',
    };

    expect(() => loadQueryServiceConfig(env)).toThrow(
      /^PORT: .*\nREAD_STORE_DATABASE_URL: .*\nQUERY_TIMEOUT_MS: .*\nREAD_YOUR_WRITES_TIMEOUT_MS: .*$/,
    );
  });
});
