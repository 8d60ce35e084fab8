import { loadConfig } from './load-config';
import { readStoreSettings } from './read-store-settings';

const sections = {
  readStore: readStoreSettings({
    access: 'reads',
    role: 'reader',
    maxConnections: { mongodb: 50, postgres: 10 },
  }),
};
const mongodb = 'mongodb://host:27017/read';
const postgres = 'postgres://host:5432/tidemark';

const load = (env: Record<string, string>) => loadConfig(sections, env).readStore;

describe('readStoreSettings', () => {
  it.each([
    ['MongoDB where its URL is set', { MONGODB_URL: mongodb }, 'mongodb', mongodb, 50],
    ['Postgres otherwise', { READ_STORE_DATABASE_URL: postgres }, 'postgres', postgres, 10],
    [
      'MongoDB as soon as its URL is added',
      { READ_STORE_DATABASE_URL: postgres, MONGODB_URL: mongodb },
      'mongodb',
      mongodb,
      50,
    ],
    [
      'what is given',
      { READ_STORE: 'mongodb', READ_STORE_DATABASE_URL: postgres, MONGODB_URL: mongodb },
      'mongodb',
      mongodb,
      50,
    ],
  ])('choose %s', (_, env, kind, url, maxConnections) => {
    const readStore = load(env);
    expect(readStore).toMatchObject({ kind, maxConnections });
    expect(readStore.url.current()).toBe(url);
  });

  it.each([
    ['no database', {}, 'READ_STORE_DATABASE_URL: required, unless MONGODB_URL is set'],
    [
      'MongoDB without its URL',
      { READ_STORE: 'mongodb', READ_STORE_DATABASE_URL: postgres },
      'MONGODB_URL: required, because READ_STORE is mongodb',
    ],
    [
      'Postgres without its URL',
      { READ_STORE: 'postgres' },
      'READ_STORE_DATABASE_URL: required, because READ_STORE is postgres',
    ],
    [
      'both at once',
      { READ_STORE: 'postgres', READ_STORE_DATABASE_URL: postgres, MONGODB_URL: mongodb },
      'READ_STORE: is postgres, but MONGODB_URL is set as well; remove one of the two',
    ],
    [
      'another database',
      { READ_STORE: 'redis', MONGODB_URL: mongodb },
      'READ_STORE: expected mongodb or postgres',
    ],
  ])('refuse %s', (_, env, fault) => {
    expect(() => load(env as Record<string, string>)).toThrow(fault);
  });
});
