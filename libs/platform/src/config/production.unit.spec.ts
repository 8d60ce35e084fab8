import { createHash } from 'node:crypto';
import { authSettings } from './auth-settings';
import { httpSettings } from './http-settings';
import { loadConfig } from './load-config';
import { publishedKeys } from './production';

const random = createHash('sha256').update('as good as random').digest('base64url');
const sections = { http: httpSettings({ defaultPort: 0, defaultAdminPort: 0 }), auth: authSettings() };
const jwks = { AUTH_ISSUER: 'https://id.example', AUTH_JWKS_URL: 'https://id.example/keys' };
const production = { NODE_ENV: 'production' };

const faultsOf = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(sections, env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

const guessable: [string, string, string][] = [
  ...publishedKeys.map((key): [string, string, string] => [
    'that is published',
    key,
    'production refuses a key that is published with this software; generate your own',
  ]),
  ...(
    [
      ['of zeros', Buffer.alloc(32)],
      ['of one byte', Buffer.alloc(48, 7)],
      ['of a short word that is repeated', Buffer.alloc(64, 'hush')],
      ['that counts', Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index))],
    ] as const
  ).map(([what, key]): [string, string, string] => [
    what,
    key.toString('base64url'),
    'production refuses a key that is not random; generate one',
  ]),
];

describe('with NODE_ENV=production', () => {
  it.each(guessable)('a service does not start with a key %s', (_, key, message) => {
    expect(faultsOf({ ...production, AUTH_LOCAL_KEY: key })).toBe(`AUTH_LOCAL_KEY: ${message}`);
    expect(faultsOf({ ...production, ...jwks, ADDRESS_KEY: key })).toBe(`ADDRESS_KEY: ${message}`);
  });

  it("a service does not start if the identity provider's keys come without TLS", () => {
    const env = { ...production, ...jwks, AUTH_JWKS_URL: 'http://id.example/keys' };

    expect(faultsOf(env)).toBe(
      'AUTH_JWKS_URL: production refuses http://, because an attacker could replace the keys; use https://',
    );
  });

  it('a service starts with random keys, and with JWKS by https://', () => {
    expect(faultsOf({ ...production, AUTH_LOCAL_KEY: random, ADDRESS_KEY: random })).toBe('');
    expect(faultsOf({ ...production, ...jwks, ADDRESS_KEY: random })).toBe('');
  });

  it('a running service refuses such a key from a changed file', async () => {
    const { localKey } = loadConfig(sections, { ...production, AUTH_LOCAL_KEY: random }).auth as never as {
      localKey: { take(text: string): Promise<string | undefined> };
    };

    expect(await localKey.take(publishedKeys[0]!)).toBe(
      'production refuses a key that is published with this software; generate your own',
    );
  });
});

describe('in trials', () => {
  it.each(guessable)('a service starts with a key %s', (_, key) => {
    expect(faultsOf({ NODE_ENV: 'development', AUTH_LOCAL_KEY: key, ADDRESS_KEY: key })).toBe('');
    expect(faultsOf({ AUTH_LOCAL_KEY: key })).toBe('');
  });

  it('a service starts with JWKS by http://', () => {
    expect(faultsOf({ ...jwks, AUTH_JWKS_URL: 'http://127.0.0.1/keys' })).toBe('');
  });
});
