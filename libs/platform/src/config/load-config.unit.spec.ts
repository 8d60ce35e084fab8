import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { authSettings } from './auth-settings';
import { ConfigurationError } from './configuration-error';
import { httpSettings } from './http-settings';
import { loadConfig } from './load-config';
import { count, durationMs } from './numbers';
import { amqpPrefix, amqpUrl, mongodbUrl, postgresUrl } from './urls';

const LOCAL_KEY = Buffer.alloc(32, 7).toString('base64url');

const sections = {
  http: httpSettings({ defaultPort: 3001, defaultAdminPort: 4001 }),
  auth: authSettings(),
  store: z.object({ DATABASE_URL: postgresUrl() }).transform((env) => ({ url: env.DATABASE_URL })),
};

const valid = { AUTH_LOCAL_KEY: LOCAL_KEY, DATABASE_URL: 'postgres://user:hush@localhost/db' };

function faultsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('loadConfig', () => {
  it('fills in the defaults, and ignores variables that no section declares', () => {
    const config = loadConfig(sections, { ...valid, HOME: '/root', PORT: '' });

    expect(config.http).toMatchObject({
      port: 3001,
      adminPort: 4001,
      host: '0.0.0.0',
      logLevel: 'info',
      drainDelayMs: 0,
    });
    expect(config.auth).toMatchObject({ keys: 'local', issuer: 'tidemark-local', audience: 'tidemark' });
    expect(config.store.url.current()).toBe(valid.DATABASE_URL);
  });

  it('names every fault, one line each, over all sections', () => {
    const faults = faultsOf(() =>
      loadConfig(sections, { PORT: '70000', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://u:hush@h/db' }),
    );

    expect(faults).toEqual([
      'PORT: expected a whole number from 0 to 65535',
      'LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent',
      'AUTH_JWKS_URL: set exactly one of AUTH_JWKS_URL and AUTH_LOCAL_KEY',
      'DATABASE_URL: expected a URL like postgres://user:password@host:5432/database',
    ]);
  });

  it('requires different numbers for the two ports, unless both are 0', () => {
    expect(faultsOf(() => loadConfig(sections, { ...valid, PORT: '4001' }))).toEqual([
      'ADMIN_PORT: must differ from PORT',
    ]);
    expect(faultsOf(() => loadConfig(sections, { ...valid, PORT: '0', ADMIN_PORT: '0' }))).toEqual([]);
  });

  it('never shows a value', () => {
    const env = { ...valid, AUTH_LOCAL_KEY: 'hush-too-short', DATABASE_URL: 'hush', PORT: 'hush' };

    expect(faultsOf(() => loadConfig(sections, env)).join('\n')).not.toContain('hush');
  });

  it.each(['1e3', '0x10', ' 80', '-1', '80.5', '99999999999999999999'])('refuses %p as a port', (PORT) => {
    expect(faultsOf(() => loadConfig(sections, { ...valid, PORT }))).toHaveLength(1);
  });
});

describe('settings from files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
    writeFileSync(join(folder, 'url'), 'postgres://file/db\n');
    writeFileSync(join(folder, 'empty'), '\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const load = (env: NodeJS.ProcessEnv) => loadConfig({ store: sections.store }, env);

  it('reads the value from the file and drops the line break at its end', () => {
    expect(load({ DATABASE_URL_FILE: join(folder, 'url') }).store.url.current()).toBe('postgres://file/db');
  });

  it('treats an empty file as an absent setting', () => {
    expect(faultsOf(() => load({ DATABASE_URL_FILE: join(folder, 'empty') }))).toEqual([
      expect.stringMatching(/^DATABASE_URL: expected a URL/),
    ]);
  });

  it("names the setting whose file can't be read", () => {
    expect(faultsOf(() => load({ DATABASE_URL_FILE: join(folder, 'none') }))).toEqual([
      'DATABASE_URL: DATABASE_URL_FILE names a file that cannot be read',
    ]);
  });

  it('refuses a setting that is given twice', () => {
    const env = { DATABASE_URL: 'postgres://h/db', DATABASE_URL_FILE: join(folder, 'url') };

    expect(faultsOf(() => load(env))).toEqual([
      'DATABASE_URL: set either DATABASE_URL or DATABASE_URL_FILE, not both',
    ]);
  });
});

describe('authSettings', () => {
  const load = (env: NodeJS.ProcessEnv) => loadConfig({ auth: authSettings() }, env).auth;

  it('takes the keys from JWKS if an issuer is named', () => {
    expect(load({ AUTH_JWKS_URL: 'https://id.example/keys', AUTH_ISSUER: 'https://id.example' })).toEqual({
      keys: 'jwks',
      jwksUrl: new URL('https://id.example/keys'),
      issuer: 'https://id.example',
      audience: 'tidemark',
      maxLifetimeMs: 86_400_000,
    });
  });

  it.each([
    ['JWKS without an issuer', { AUTH_JWKS_URL: 'https://id.example/keys' }, /^AUTH_ISSUER: /],
    [
      'both sources',
      { AUTH_JWKS_URL: 'https://id.example/keys', AUTH_LOCAL_KEY: LOCAL_KEY },
      /^AUTH_JWKS_URL: set exactly one/,
    ],
    ['a key of 31 bytes', { AUTH_LOCAL_KEY: Buffer.alloc(31).toString('base64url') }, /^AUTH_LOCAL_KEY: /],
    ['a key in another alphabet', { AUTH_LOCAL_KEY: `${'+/'.repeat(30)}=` }, /^AUTH_LOCAL_KEY: /],
    ['a JWKS address that is not a URL', { AUTH_JWKS_URL: 'keys', AUTH_ISSUER: 'i' }, /^AUTH_JWKS_URL: /],
  ])('refuses %s', (_, env, line) => {
    expect(faultsOf(() => load(env))).toEqual([expect.stringMatching(line)]);
  });
});

describe('the pieces', () => {
  const section = z.object({
    AMQP_URL: amqpUrl(),
    MONGODB_URL: mongodbUrl(),
    AMQP_PREFIX: amqpPrefix(),
    POLL_MS: durationMs({ default: 250, min: 10, max: 1000 }),
    WORKERS: count({ default: 4, max: 64 }),
  });
  const urls = { AMQP_URL: 'amqp://localhost/%2f', MONGODB_URL: 'mongodb://a:27017,b:27017/tidemark' };
  const load = (env: NodeJS.ProcessEnv) => loadConfig({ section }, { ...urls, ...env }).section;

  it('reads URLs, names, durations and counts', () => {
    const { AMQP_URL, MONGODB_URL, ...others } = load({ POLL_MS: '10', WORKERS: '64' });

    expect({ AMQP_URL: AMQP_URL.current(), MONGODB_URL: MONGODB_URL.current() }).toEqual(urls);
    expect(others).toEqual({
      AMQP_PREFIX: 'tidemark',
      POLL_MS: 10,
      WORKERS: 64,
    });
  });

  it.each([
    ['AMQP_URL', 'http://localhost'],
    ['MONGODB_URL', 'mongo://localhost'],
    ['AMQP_PREFIX', 'a/b'],
    ['AMQP_PREFIX', 'a'.repeat(41)],
    ['POLL_MS', '9'],
    ['POLL_MS', '1001'],
    ['WORKERS', '0'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf(() => load({ [name]: value }))).toEqual([expect.stringMatching(`^${name}: expected `)]);
  });
});
