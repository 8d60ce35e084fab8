import {
  SignJWT,
  UnsecuredJWT,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type KeyLike,
} from 'jose';
import { jwkOf, startKeyProvider, type KeyPair, type KeyProvider } from '../fixture/key-provider.fixture';
import { LOCAL_KEY } from '../fixture/sample-service.fixture';
import { ProblemException } from '../problem/problem-exception';
import { Authenticator } from './authenticator';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const claims = {
  sub: 'u-1',
  roles: ['customer', 'other'],
  customer_id: 'C1',
  iss: 'https://id.example',
  aud: 'tidemark',
};

describe('tokens of an identity provider', () => {
  let provider: KeyProvider;
  let keys: KeyPair;
  let stranger: KeyPair;
  let authenticator: Authenticator;

  beforeEach(async () => {
    [keys, stranger] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    provider = await startKeyProvider(await jwkOf(keys, 'k1'));
    authenticator = new Authenticator({
      keys: 'jwks',
      jwksUrl: provider.url,
      issuer: 'https://id.example',
      audience: 'tidemark',
      maxLifetimeMs: 86_400_000,
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await provider.close();
  });

  const sign = (key: KeyLike | Uint8Array, header: JWTHeaderParameters, more: object = {}) =>
    new SignJWT({ ...claims, exp: inSeconds(3_600), ...more }).setProtectedHeader(header).sign(key);
  const right = (more?: object) => sign(keys.privateKey, { alg: 'ES256', kid: 'k1' }, more);
  const outcome = async (token: string) => {
    try {
      return await authenticator.authenticate(`Bearer ${token}`);
    } catch (error) {
      return (error as ProblemException).getStatus();
    }
  };

  it('determine the caller, with the roles that Tidemark knows', async () => {
    expect(await outcome(await right())).toEqual({ subject: 'u-1', roles: ['customer'], customerId: 'C1' });
  });

  it('are refused if signed with the public key as a secret, with the local key, or with an unknown key', async () => {
    const spki = Buffer.from(await exportSPKI(keys.publicKey));

    expect(await outcome(await sign(spki, { alg: 'HS256', kid: 'k1' }))).toBe(401);
    expect(await outcome(await sign(LOCAL_KEY, { alg: 'HS256' }))).toBe(401);
    expect(await outcome(await sign(stranger.privateKey, { alg: 'ES256', kid: 'k1' }))).toBe(401);
    expect(await outcome(await sign(stranger.privateKey, { alg: 'ES256', kid: 'k2' }))).toBe(401);
  });

  it('are refused without a signature', async () => {
    expect(await outcome(new UnsecuredJWT({ ...claims, exp: inSeconds(60) }).encode())).toBe(401);
  });

  it.each([
    ['is expired', { exp: inSeconds(-60) }],
    ['is not valid yet', { nbf: inSeconds(60) }],
    ['is of another issuer', { iss: 'https://other.example' }],
    ['is for another audience', { aud: 'other' }],
  ])('are refused if the token %s', async (_, more) => {
    expect(await outcome(await right(more))).toBe(401);
  });

  it('never choose the keys that verify them', async () => {
    const evil = await startKeyProvider(await jwkOf(stranger, 'k1'));
    const jwk = await jwkOf(stranger, 'k1');
    try {
      for (const header of [{ jku: evil.url.href }, { x5u: evil.url.href }, { jwk }]) {
        const token = await sign(stranger.privateKey, { alg: 'ES256', kid: 'k1', ...header });
        expect(await outcome(token)).toBe(401);
      }
      expect(evil.asked).toBe(0);
    } finally {
      await evil.close();
    }
  });

  describe('that were valid', () => {
    const notFaked = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'setInterval'] as const;
    beforeEach(() => void jest.useFakeTimers({ doNotFake: [...notFaked, 'clearTimeout', 'performance'] }));
    afterEach(() => void jest.useRealTimers());

    it('are not valid beyond their own expiry', async () => {
      const token = await right({ exp: inSeconds(10) });
      expect(await outcome(token)).toMatchObject({ subject: 'u-1' });
      jest.setSystemTime(Date.now() + 9_000);
      expect(await outcome(token)).toMatchObject({ subject: 'u-1' });
      jest.setSystemTime(Date.now() + 7_000);
      expect(await outcome(token)).toBe(401);
    });

    it('are verified again only after half a minute', async () => {
      const verify = jest.spyOn(authenticator as unknown as { payloadOf: () => unknown }, 'payloadOf');
      const token = await right();
      await outcome(token);
      await outcome(token);
      expect(verify).toHaveBeenCalledTimes(1);
      jest.setSystemTime(Date.now() + 31_000);
      await outcome(token);
      expect(verify).toHaveBeenCalledTimes(2);
    });
  });

  describe('and its keys', () => {
    it('are fetched once for many tokens', async () => {
      await Promise.all(Array.from({ length: 20 }, async () => outcome(await right())));
      expect(await outcome(await right())).toMatchObject({ subject: 'u-1' });
      expect(provider.asked).toBe(1);
    });

    it('are not fetched again for every made-up key id', async () => {
      await outcome(await right());
      for (let n = 0; n < 10; n += 1) {
        expect(await outcome(await sign(stranger.privateKey, { alg: 'ES256', kid: `k-${n}` }))).toBe(401);
      }
      expect(provider.asked).toBe(1);
    });

    it('are used after a rotation, and no longer used after their removal', async () => {
      const old = await right();
      expect(await outcome(old)).toMatchObject({ subject: 'u-1' });
      provider.body = { keys: [await jwkOf(stranger, 'k2')] };
      const rotated = await sign(stranger.privateKey, { alg: 'ES256', kid: 'k2' });
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now + 31_000);

      expect(await outcome(rotated)).toMatchObject({ subject: 'u-1' });
      expect(await outcome(old)).toBe(401);
      expect(provider.asked).toBe(2);
    });
  });

  it.each([
    ['fails', { status: 500, body: {} }],
    ['answers nonsense', { status: 200, body: { no: 'keys' } }],
  ])("can't be verified while the provider %s", async (_, answer) => {
    Object.assign(provider, answer);

    expect(await outcome(await right())).toBe(503);
  });

  it("can't be verified while the provider can't be reached", async () => {
    await provider.close();

    expect(await outcome(await right())).toBe(503);
  });
});
