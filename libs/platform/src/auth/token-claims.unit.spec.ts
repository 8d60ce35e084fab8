import fc from 'fast-check';
import { payloadOf, rawToken, soundClaims, type ClaimTexts } from '../fixture/raw-token.fixture';
import { startSample, type SampleService } from '../fixture/sample-service.fixture';
import { RateLimiter } from './rate-limiter';

const DAY_SECONDS = 86_400;
/** Each run is a request to a service. */
const RUNS = { numRuns: 30 };

const isNoText = (value: unknown) => typeof value !== 'string';
const anyJson = fc.jsonValue({ maxDepth: 2 });
const jsonText = (arbitrary: fc.Arbitrary<unknown>) => arbitrary.map((value) => JSON.stringify(value));
const noText = anyJson.filter(isNoText);
const noNumber = jsonText(anyJson.filter((value) => typeof value !== 'number'));
const infinite = fc.constantFrom('1e400', '-1e400', '1e309');
const listWithout = (isWrong: (value: unknown) => boolean, sound: string) =>
  fc
    .tuple(anyJson.filter(isWrong), fc.boolean())
    .map(([wrong, isFirst]) => (isFirst ? [wrong, sound] : [sound, wrong]));

const unsoundClaims: Record<string, fc.Arbitrary<string>> = {
  sub: jsonText(
    fc.oneof(
      noText,
      fc.constantFrom('', 'a\nb', '\u0000', '\ud800', 'x'.repeat(256), 'process:order-fulfilment'),
    ),
  ),
  roles: jsonText(
    fc.oneof(
      anyJson.filter((value) => !Array.isArray(value)),
      listWithout(isNoText, 'operator'),
    ),
  ),
  customer_id: jsonText(fc.oneof(noText, fc.constantFrom('', '.', '..', 'a b', 'a/b', 'ä', 'x'.repeat(65)))),
  iss: jsonText(fc.oneof(noText, fc.constant(['tidemark-local']))),
  aud: jsonText(
    fc.oneof(
      noText.filter((value) => !Array.isArray(value)),
      listWithout(isNoText, 'tidemark'),
    ),
  ),
  exp: fc.oneof(noNumber, infinite, fc.constantFrom('9007199254740993', '1e300')),
  iat: fc.oneof(noNumber, infinite, fc.constantFrom('-1', '1e300')),
  nbf: fc.oneof(noNumber, infinite, fc.constantFrom('-1', '-1e300')),
};

describe('a token that verifies', () => {
  let sample: SampleService;
  let buckets: jest.SpyInstance;
  beforeAll(async () => {
    sample = await startSample({
      RATE_LIMIT_PER_SECOND: '1',
      RATE_LIMIT_BURST: '2',
      // Hundreds of tokens are refused here, all from one address.
      REFUSAL_LIMIT_PER_SECOND: '0',
    });
    buckets = jest.spyOn(sample.app.get(RateLimiter), 'take');
  });
  beforeEach(() => buckets.mockClear());
  afterAll(() => sample.app.close());

  const statusOf = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await sample.app.inject({ method: 'GET', url: '/v1/things', headers })).statusCode;
  };
  const statusWith = (claims: ClaimTexts) => statusOf(rawToken(payloadOf({ ...soundClaims(), ...claims })));
  const expectRefused = async (token: string) => {
    expect(await statusOf(token)).toBe(401);
    expect(buckets).not.toHaveBeenCalled();
  };
  const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

  it('is accepted if its claims are valid', async () => {
    expect(await statusWith({})).toBe(200);
    expect(await statusWith({ sub: JSON.stringify('ü'.repeat(255)), aud: '["other","tidemark"]' })).toBe(200);
    expect(await statusWith({ roles: '["operator","other"]', customer_id: '"C-1.a_b"' })).toBe(200);
  });

  it('may have times with a fraction, as RFC 7519 says', async () => {
    expect(await statusWith({ iat: inSeconds(-5) + '.25', nbf: '0.5', exp: inSeconds(60) + '.75' })).toBe(
      200,
    );
  });

  it.each(Object.entries(unsoundClaims))('is refused with any invalid %s', async (claim, unsound) => {
    await fc.assert(
      fc.asyncProperty(unsound, fc.constantFrom('["customer"]', '["operator"]'), async (text, roles) =>
        expectRefused(rawToken(payloadOf({ ...soundClaims(), roles, [claim]: text }))),
      ),
      RUNS,
    );
  });

  it('is refused with any payload that lacks a claim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), (payload) => expectRefused(rawToken(payload))),
      RUNS,
    );
  });

  it('gets no second bucket for the same subject in another type', async () => {
    const roles = '["customer"]';
    const statuses = [];
    for (const sub of ['["eager"]', '["eager"]', '["eager"]', '"eager"', '"eager"', '"eager"']) {
      statuses.push(await statusWith({ sub, roles, customer_id: '"C1"' }));
    }
    expect(statuses).toEqual([401, 401, 401, 200, 200, 429]);
  });

  it.each<[string, ClaimTexts, number]>([
    ['a day', { iat: inSeconds(0), exp: inSeconds(DAY_SECONDS) }, 200],
    ['more than a day', { iat: inSeconds(0), exp: inSeconds(DAY_SECONDS + 60) }, 401],
    ['more than a day, most of which has passed', { iat: inSeconds(-DAY_SECONDS), exp: inSeconds(60) }, 401],
    ['a day that begins in the future', { iat: inSeconds(60), exp: inSeconds(120) }, 401],
    ['an unlimited time', { exp: '1e400' }, 401],
  ])('is accepted or refused if it is valid for %s', async (_, claims, status) => {
    expect(await statusWith(claims)).toBe(status);
  });

  it.each([
    ['a day', DAY_SECONDS, 200],
    ['more than a day', DAY_SECONDS + 60, 401],
  ])('is accepted or refused if it has no iat and ends %s from now', async (_, seconds, status) => {
    const { iat, ...claims } = soundClaims();
    expect(iat).toBeDefined();
    expect(await statusOf(rawToken(payloadOf({ ...claims, exp: inSeconds(seconds) })))).toBe(status);
  });
});
