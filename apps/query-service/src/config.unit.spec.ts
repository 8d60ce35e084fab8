import { loadQueryServiceConfig } from './config';

const valid = {
  AUTH_LOCAL_KEY: Buffer.alloc(32, 1).toString('base64url'),
  MONGODB_URL: 'mongodb://localhost:27017/tidemark',
  EVENT_STORE_DATABASE_URL: 'postgres://reader@localhost/tidemark',
};

describe('configuration', () => {
  it('needs the keys and the two databases; the rest has defaults', () => {
    expect(loadQueryServiceConfig(valid)).toMatchObject({
      http: { port: 3002 },
      readStore: { url: valid.MONGODB_URL, queryTimeoutMs: 2_000 },
      eventLog: { url: valid.EVENT_STORE_DATABASE_URL },
      readYourWrites: { timeoutMs: 5_000 },
    });
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
      /^PORT: .*\nMONGODB_URL: .*\nQUERY_TIMEOUT_MS: .*\nREAD_YOUR_WRITES_TIMEOUT_MS: .*$/,
    );
  });
});
