import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { issueToken } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import type { TestRequest } from '../testing/requests.fixture';
import { address, price, shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let url: URL;
let customerId: string;
let productId: string;

beforeAll(async () => {
  service = await startCommandService();
  const shop = shopOf(service);
  [customerId, productId] = await Promise.all([shop.customer(), shop.product()]);
  url = new URL(await service.listen());
});
afterAll(() => service.stop());

/** Every one of these must leave the log as it was. */
let eventsBefore: number;
beforeEach(async () => {
  eventsBefore = await service.eventCount();
});
afterEach(async () => {
  expect(await service.eventCount()).toBe(eventsBefore);
});

const body = (changes: object = {}) => ({
  customerId,
  items: [{ productId, quantity: 1 }],
  shippingAddress: address,
  ...changes,
});

async function post(request: TestRequest, path = '/v1/orders') {
  const { status, body: problem } = await service.request('POST', path, request);
  return { status, code: problem.code as string };
}

describe('a token', () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: 'local-admin',
    roles: ['admin'],
    iss: 'tidemark-local',
    aud: 'tidemark',
    exp: now + 600,
  };
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (header: object, payload: object, secret: string | undefined, hash = 'sha256') => {
    const content = `${base64(header)}.${base64(payload)}`;
    const signature =
      secret && createHmac(hash, Buffer.from(secret, 'base64url')).update(content).digest('base64url');
    return `${content}.${signature ?? ''}`;
  };
  const HS256 = { alg: 'HS256', typ: 'JWT' };

  it('that is valid is accepted', async () => {
    const answer = await post({ token: token(HS256, claims, service.authKey), body: { unknown: 1 } });
    expect(answer.status).toBe(400);
  });

  it.each<[string, () => string]>([
    ['with the algorithm none', () => token({ alg: 'none' }, claims, undefined)],
    ['with the algorithm None and a signature', () => token({ alg: 'None' }, claims, service.authKey)],
    ['signed with another key', () => token(HS256, claims, Buffer.alloc(32, 1).toString('base64url'))],
    ['with another algorithm', () => token({ alg: 'HS512' }, claims, service.authKey, 'sha512')],
    ['that claims to be RS256', () => token({ alg: 'RS256' }, claims, service.authKey)],
    ['that is expired', () => token(HS256, { ...claims, exp: now - 60 }, service.authKey)],
    ['that is not valid yet', () => token(HS256, { ...claims, nbf: now + 60 }, service.authKey)],
    ['of another issuer', () => token(HS256, { ...claims, iss: 'other' }, service.authKey)],
    ['for another audience', () => token(HS256, { ...claims, aud: 'other' }, service.authKey)],
    [
      'that names the address of its own keys',
      () =>
        token(
          { ...HS256, kid: 'k9', jku: `${url.origin}/health/live` },
          claims,
          Buffer.alloc(32, 1).toString('base64url'),
        ),
    ],
  ])('%s is 401', async (_, made) => {
    expect(await post({ token: made(), body: body() })).toEqual({ status: 401, code: 'unauthenticated' });
  });
});

describe('a body', () => {
  it.each<[string, () => string, number, string]>([
    [
      'of more than 32 KB',
      () => JSON.stringify(body({ padding: 'x'.repeat(32 * 1024) })),
      413,
      'payload_too_large',
    ],
    [
      'of lists 15,000 deep',
      () => `{"items":${'['.repeat(15_000)}${']'.repeat(15_000)}}`,
      400,
      'too_many_values',
    ],
    ['of lists 400 deep', () => `{"items":${'['.repeat(400)}${']'.repeat(400)}}`, 400, 'validation_failed'],
    ['of objects 400 deep', () => `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`, 400, 'validation_failed'],
    ['of nothing but brackets', () => '['.repeat(400), 400, 'malformed_json'],
    [
      'of 10,000 empty items',
      () => JSON.stringify(body({ items: Array<object>(10_000).fill({}) })),
      400,
      'too_many_values',
    ],
    [
      'of 101 items',
      () => JSON.stringify(body({ items: Array<object>(101).fill({ quantity: 1 }) })),
      400,
      'validation_failed',
    ],
    ['with __proto__', () => `{"__proto__":{"customerId":"${customerId}"}}`, 400, 'unknown_field'],
    [
      'with constructor',
      () => JSON.stringify(body({ constructor: { prototype: {} } })),
      400,
      'unknown_field',
    ],
    [
      'with __proto__ in a nested object',
      () => JSON.stringify(body()).replace('"quantity"', '"__proto__":{"quantity":9},"quantity"'),
      400,
      'unknown_field',
    ],
    ['with NUL', () => JSON.stringify(body({ shippingMethod: 'a\0b' })), 400, 'validation_failed'],
    [
      'with the first half of a surrogate pair',
      () => JSON.stringify(body({ shippingMethod: 'a\ud800' })),
      400,
      'validation_failed',
    ],
    [
      'with the second half of a surrogate pair',
      () => JSON.stringify(body({ shippingMethod: '\udc00a' })),
      400,
      'validation_failed',
    ],
  ])('%s is refused', async (_, made, status, code) => {
    expect(await post({ body: made() })).toEqual({ status, code });
  });

  it('may have 8 KB at most, except on the route that creates orders', async () => {
    const customer = { name: 'Ada', email: 'ada@example.com', padding: 'x'.repeat(8 * 1024) };
    expect(await post({ body: customer }, '/v1/customers')).toEqual({
      status: 413,
      code: 'payload_too_large',
    });
  });

  it('of text/plain is 415', async () => {
    expect(await post({ body: JSON.stringify(body()), headers: { 'content-type': 'text/plain' } })).toEqual({
      status: 415,
      code: 'unsupported_media_type',
    });
  });
});

describe('an id', () => {
  it.each(['.', '..'])(
    '%p is refused for a new customer or product, because no path can contain it',
    async (id) => {
      const refused = { status: 400, code: 'validation_failed' };
      const customer = { customerId: id, name: 'Ada', email: 'ada@example.com' };
      expect(await post({ body: customer }, '/v1/customers')).toEqual(refused);
      const product = { productId: id, name: 'Lamp', price: price(1) };
      expect(await post({ body: product }, '/v1/products')).toEqual(refused);
    },
  );
});

describe('a number', () => {
  const numbers = ['-1', '0', '1.5', '1e400', '-1e400', '9007199254740993', '"10"', 'true', '[1]', '1e-7'];
  const refused = { status: 400, code: 'validation_failed' };

  it.each(numbers)('%s is refused as a quantity', async (number) => {
    const order = JSON.stringify(body()).replace('"quantity":1', `"quantity":${number}`);
    expect(await post({ body: order })).toEqual(refused);
    expect(await post({ body: `{"quantity":${number}}` }, `/v1/stock/${productId}/receive`)).toEqual(refused);
  });

  // 0 is a price.
  it.each(numbers.filter((number) => number !== '0'))(
    '%s is refused as an amount of money',
    async (number) => {
      const money = `{"amount":${number},"currency":"EUR"}`;
      const product = `{"productId":"P-${randomUUID()}","name":"Lamp","price":${money}}`;
      expect(await post({ body: product }, '/v1/products')).toEqual(refused);
      const agreed = JSON.stringify(body()).replace('"quantity":1', `"quantity":1,"unitPrice":${money}`);
      expect(await post({ body: agreed })).toEqual(refused);
    },
  );

  it.each(['0', '1.5', '-1e400', '-9007199254740993', '"-1"'])(
    '%s is refused as an adjustment of stock',
    async (number) => {
      const adjustment = `{"quantity":${number},"reason":"count"}`;
      expect(await post({ body: adjustment }, `/v1/stock/${productId}/adjust`)).toEqual(refused);
    },
  );

  it.each(['XYZ', 'eur', 'EURO', '', 'E\u0000R'])(
    'is refused as a price if its currency is %p',
    async (currency) => {
      const product = { productId: `P-${randomUUID()}`, name: 'Lamp', price: { ...price(1), currency } };
      expect(await post({ body: product }, '/v1/products')).toEqual(refused);
    },
  );
});

describe('a header', () => {
  it.each([
    ['no key', null, 'idempotency_key_required'],
    ['a key of 129 characters', 'k'.repeat(129), 'validation_failed'],
    ['a key with a space', 'a b', 'validation_failed'],
  ])('with %s is refused', async (_, key, code) => {
    expect(await post({ key, body: body() })).toEqual({ status: 400, code });
  });

  it.each(['7', '"0"', '"-1"', '"1.5"', 'W/"1"', '*', '"1", "2"', '"99999999999999999999"'])(
    'with If-Match %s is refused',
    async (version) => {
      const answer = await service.request('PUT', `/v1/customers/${customerId}/contact`, {
        headers: { 'if-match': version },
        body: { name: 'Eve' },
      });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    },
  );

  it("that contains a line break is refused, and can't add a second header", async () => {
    const token = await issueToken(service.authKey, { role: 'service' });
    const customer = JSON.stringify({ name: 'Ada', email: 'ada@example.com' });
    const register = (headers: string) =>
      exchange(
        `POST /v1/customers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n${headers}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${customer.length}\r\n\r\n${customer}`,
      );
    for (const headers of [
      'Idempotency-Key: a\rX-Evil: 1',
      'Idempotency-Key: a\nX-Correlation-Id: evil',
      'Idempotency-Key: a\nX-Evil: 1',
      'Idempotency-Key: a\r\n X-Evil: 1',
      'Idempotency-Key: a\0b',
      'Idempotency-Key: a\r\nX-Correlation-Id: b\rX-Evil: 1',
      'Idempotency-Key: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5',
    ]) {
      const answer = await register(headers);
      expect([headers, answer]).toEqual([headers, expect.stringMatching(/^HTTP\/1\.1 400 /)]);
      expect(answer).not.toMatch(/evil/i);
    }
  });

  it('of 20 KB is 431', async () => {
    const answer = await exchange(`GET /v1/orders HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 [^]*"code":"headers_too_large"/);
  });

  /** Sends these bytes, and returns the answer until the connection ends. */
  function exchange(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes, 'latin1'));
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }
});

describe('a query', () => {
  it.each([
    ['a parameter', '?force=1', 'unknown_field'],
    ['a repeated parameter', '?a=1&a=2', 'validation_failed'],
    ['__proto__', '?__proto__=1', 'unknown_field'],
  ])('with %s is refused on a write', async (_, query, code) => {
    expect(await post({ body: body() }, `/v1/orders${query}`)).toEqual({ status: 400, code });
  });
});
