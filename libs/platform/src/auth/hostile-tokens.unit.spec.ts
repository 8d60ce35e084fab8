import fc from 'fast-check';
import { constant } from '@tidemark/kernel';
import type { LRUCache } from 'lru-cache';
import { payloadOf, rawToken, soundClaims } from '../fixture/raw-token.fixture';
import { LOCAL_KEY } from '../fixture/sample-service.fixture';
import type { ProblemException } from '../problem/problem-exception';
import type { Caller } from './caller';
import { Authenticator } from './authenticator';

describe('a carefully forged token', () => {
  let authenticator: Authenticator;
  beforeEach(() => {
    authenticator = new Authenticator({
      keys: 'local',
      localKey: constant(LOCAL_KEY),
      issuer: 'tidemark-local',
      audience: 'tidemark',
      maxLifetimeMs: 86_400_000,
    });
  });

  const statusOf = async (authorization: string) => {
    try {
      await authenticator.authenticate(authorization);
      return 200;
    } catch (error) {
      return (error as ProblemException).getStatus();
    }
  };
  const sound = () => payloadOf(soundClaims());
  const remembered = () => (authenticator as unknown as { callers: LRUCache<string, Caller> }).callers;

  it.each([
    '{"alg":"HS256"}',
    '{"alg":"HS256","typ":"JWT"}',
    '{"alg":"HS256","typ":"application/at+jwt","kid":"__proto__"}',
    '{"alg":"none","alg":"HS256"}',
  ])('is accepted with the header %s', async (header) => {
    expect(await statusOf(`Bearer ${rawToken(sound(), header)}`)).toBe(200);
  });

  it.each([
    '{"alg":"HS256","typ":"logout+jwt"}',
    '{"alg":"HS256","typ":"dpop+jwt"}',
    '{"alg":"HS256","typ":7}',
    '{"alg":"HS256","typ":null}',
    '{"alg":"HS256","crit":["exp"],"exp":1}',
    '{"alg":"HS256","crit":["b64"],"b64":false}',
    '{"alg":"HS256","crit":[]}',
    '{"alg":"HS256","crit":"b64"}',
    '{"alg":"HS256","alg":"none"}',
    '{"alg":["HS256"]}',
    '{"alg":"hs256"}',
    '{"__proto__":{"alg":"HS256"}}',
    '{"alg":"dir","enc":"A256GCM"}',
    '[]',
    '"HS256"',
    '',
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  ])('is refused with the header %s', async (header) => {
    expect(await statusOf(`Bearer ${rawToken(sound(), header)}`)).toBe(401);
  });

  it('is refused with any header that names no algorithm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (header) => {
        expect(await statusOf(`Bearer ${rawToken(sound(), header)}`)).toBe(401);
      }),
    );
  });

  it.each<[string, (token: string) => string]>([
    ['another token', (token) => JSON.stringify(token)],
    ['a list', () => `[${sound()}]`],
    ['no JSON', () => sound().slice(1)],
    ['JSON twice', () => sound().repeat(2)],
  ])('is refused if its payload is %s', async (_, payload) => {
    expect(await statusOf(`Bearer ${rawToken(payload(rawToken(sound())))}`)).toBe(401);
  });

  it('has the value of the last of two claims with the same name, and its type is checked', async () => {
    const twice = (first: string, last: string) =>
      rawToken(
        `{"sub":${first},${sound().slice(1, -1).replace('"sub":"local-operator",', '')},"sub":${last}}`,
      );

    expect(await statusOf(`Bearer ${twice('["a"]', '"a"')}`)).toBe(200);
    expect(await statusOf(`Bearer ${twice('"a"', '["a"]')}`)).toBe(401);
  });

  it('does not get its claims from __proto__', async () => {
    const { sub, ...rest } = soundClaims();
    expect(
      await statusOf(`Bearer ${rawToken(payloadOf({ ...rest, ['__proto__']: `{"sub":${sub!}}` }))}`),
    ).toBe(401);
  });

  it.each<[string, (token: string) => string]>([
    ['padding', (token) => `Bearer ${token}=`],
    ['padding without end', (token) => `Bearer ${token}${'='.repeat(5_000)}`],
    ['a character that decoders skip', (token) => `Bearer ${token.slice(0, -4)}~${token.slice(-4)}`],
    ['the alphabet of plain base64', (token) => `Bearer ${token}+`],
    ['a fourth part', (token) => `Bearer ${token}.e30`],
    ['a tab', (token) => `Bearer\t${token}`],
    ['two tokens', (token) => `Bearer ${token}, Bearer ${token}`],
    ['no scheme', (token) => token],
    ['no space', (token) => `Bearer${token}`],
    ['a space before', (token) => ` Bearer ${token}`],
    ['a space behind', (token) => `Bearer ${token} `],
    ['a line break at the end', (token) => `Bearer ${token}\n`],
  ])('is refused if it is spelt with %s', async (_, spelt) => {
    expect(await statusOf(spelt(rawToken(sound())))).toBe(401);
  });

  it('has one valid spelling, and is remembered once', async () => {
    const token = rawToken(sound());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const taken = [];
    for (const last of alphabet) {
      if ((await statusOf(`Bearer ${token.slice(0, -1)}${last}`)) === 200) {
        taken.push(last);
      }
    }
    expect(taken).toEqual([token.at(-1)]);
    expect(remembered().size).toBe(1);
  });

  it("can't use more memory, however many or however large they are", async () => {
    for (let n = 0; n < 1_000; n += 1) {
      const large = payloadOf({ ...soundClaims(), jti: String(n), more: JSON.stringify('x'.repeat(11_000)) });
      expect(await statusOf(`Bearer ${rawToken(large)}`)).toBe(200);
    }
    expect(remembered().size).toBeGreaterThan(100);
    expect([...remembered().keys()].join('').length).toBeLessThanOrEqual(10_000_000);
  });
});
