import { SignJWT, generateKeyPair } from 'jose';
import { jwkOf, startKeyProvider, type KeyPair, type KeyProvider } from '../fixture/key-provider.fixture';
import type { ProblemException } from '../problem/problem-exception';
import { Authenticator } from './authenticator';

const ISSUER = 'https://id.example';
const HEADERS = { 'content-type': 'application/json', connection: 'close' };

describe('the keys of an identity provider', () => {
  let keys: KeyPair;
  let provider: KeyProvider;
  let authenticator: Authenticator;
  let nowMs: number;
  beforeAll(async () => (keys = await generateKeyPair('ES256')));
  beforeEach(async () => {
    provider = await startKeyProvider(await jwkOf(keys, 'k1'));
    authenticator = new Authenticator({
      keys: 'jwks',
      jwksUrl: provider.url,
      issuer: ISSUER,
      audience: 'tidemark',
      maxLifetimeMs: 3_600_000,
    });
    nowMs = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await provider.close();
  });

  let made = 0;
  /** The status for a new token with this key id, signed with the provider's key. */
  const statusWith = async (kid: string) => {
    made += 1;
    const token = await new SignJWT({ sub: `s-${made}`, roles: ['customer'], iss: ISSUER, aud: 'tidemark' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setExpirationTime(Math.floor(nowMs / 1000) + 60)
      .sign(keys.privateKey);
    try {
      await authenticator.authenticate(`Bearer ${token}`);
      return 200;
    } catch (error) {
      return (error as ProblemException).getStatus();
    }
  };
  const statusesWith = async (...kids: string[]) => {
    const statuses = [];
    for (const kid of kids) {
      statuses.push(await statusWith(kid));
    }
    return statuses;
  };

  it('are requested once in five seconds while the provider fails', async () => {
    provider.status = 500;
    expect(await statusesWith('k1', 'k1', 'k1', 'k1')).toEqual([503, 503, 503, 503]);
    expect(provider.asked).toBe(1);

    nowMs += 5_001;
    provider.status = 200;
    expect(await statusesWith('k1', 'k1')).toEqual([200, 200]);
    expect(provider.asked).toBe(2);
  });

  it('stay known if tokens with made-up key ids arrive while the provider fails', async () => {
    expect(await statusWith('k1')).toBe(200);
    provider.status = 500;
    nowMs += 31_000;

    expect(await statusesWith('x', 'y', 'z', 'k1')).toEqual([503, 503, 503, 200]);
    expect(provider.asked).toBe(2);
  });

  it.each<[string, KeyProvider['answer']]>([
    ['never answers', () => undefined],
    ['stops in the middle', (reply) => void reply.writeHead(200, HEADERS).write('{"keys":[')],
    [
      'answers without end',
      (reply) => {
        reply.writeHead(200, HEADERS);
        const more = () => {
          while (!reply.destroyed && reply.write(' '.repeat(65_536)));
        };
        reply.on('drain', more);
        more();
      },
    ],
    [
      'leads elsewhere',
      (reply) => void reply.writeHead(302, { ...HEADERS, location: `${provider.url.href}keys` }).end(),
    ],
  ])('are not available if the provider %s', async (_, answer) => {
    provider.answer = answer;

    expect(await statusWith('k1')).toBe(503);
    expect(provider.asked).toBe(1);

    provider.answer = undefined;
    nowMs += 5_001;
    expect(await statusWith('k1')).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'toString', '', ' k1', 'k1\u0000'])(
    'are found only by their own id, not by %p',
    async (kid) => {
      expect(await statusesWith('k1', kid)).toEqual([200, 401]);
    },
  );
});
