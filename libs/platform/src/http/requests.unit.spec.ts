import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';
import { commandHashOf, commandIdOf } from './command-identity';

const ID = '3f1c0d6e-58a4-4a7e-9c55-0a4d3a1f2b3c';
const ADDRESS = { name: 'A', line1: 'B 1', city: 'C', postalCode: '10000', country: 'DE' };
const line = (more: object = {}) => ({ productId: 'P1', quantity: 1, ...more });
const thing = (more: object = {}) => ({ customerId: 'C1', items: [line()], ...more });

interface Problem {
  readonly code: string;
  readonly correlationId: string;
  readonly errors?: readonly { path: string; code: string }[];
}

describe('requests', () => {
  let sample: SampleService;
  let operator: string;

  beforeAll(async () => {
    sample = await startSample();
    operator = await bearer('operator');
  });
  afterAll(() => sample.app.close());

  const send = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: string | Buffer | object,
    headers: Record<string, string> = {},
  ) =>
    sample.app.inject({
      method,
      url,
      headers: {
        authorization: operator,
        'idempotency-key': 'key-1',
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });

  const refusal = async (...request: Parameters<typeof send>) => {
    const answer = await send(...request);
    const { code, correlationId, errors = [] } = answer.json<Problem>();
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['x-correlation-id']).toBe(correlationId);
    return { status: answer.statusCode, code, faults: errors.map((fault) => `${fault.path} ${fault.code}`) };
  };

  describe('bodies', () => {
    it('arrive with exactly the fields that were sent', async () => {
      const answer = await send('POST', '/v1/things', thing({ address: ADDRESS }));

      expect(answer.statusCode).toBe(201);
      expect(answer.json<{ received: { body: unknown } }>().received.body).toStrictEqual(
        thing({ address: ADDRESS }),
      );
    });

    it.each<[string, string | Buffer, string, string[]]>([
      ['cut off', '{"a":', 'malformed_json', []],
      ['not JSON', 'customerId=C1', 'malformed_json', []],
      ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed_json', []],
      ['null', 'null', 'validation_failed', [' not_an_object']],
      ['a list', '[]', 'validation_failed', [' not_an_object']],
      ['a list with one object', JSON.stringify([thing()]), 'validation_failed', [' not_an_object']],
      ['a text', '"x"', 'validation_failed', [' not_an_object']],
      ['a number', '5', 'validation_failed', [' not_an_object']],
      ['__proto__', '{"__proto__":{"customerId":"C1"}}', 'unknown_field', ['__proto__ unknown_field']],
      ['constructor', '{"constructor":"x"}', 'unknown_field', ['constructor unknown_field']],
      [
        'null in a field',
        JSON.stringify(thing({ address: null })),
        'validation_failed',
        ['address null_not_allowed'],
      ],
      [
        'NUL in text',
        JSON.stringify(thing({ customerId: 'a\0' })),
        'validation_failed',
        ['customerId unstorable_text'],
      ],
    ])('are refused when they are %s', async (_, payload, code, faults) => {
      expect(await refusal('POST', '/v1/things', payload)).toEqual({ status: 400, code, faults });
    });

    it.each<[string, object, string[]]>([
      ['quantity 0', thing({ items: [line({ quantity: 0 })] }), ['items[0].quantity min']],
      ['quantity -1', thing({ items: [line({ quantity: -1 })] }), ['items[0].quantity min']],
      ['quantity 1.5', thing({ items: [line({ quantity: 1.5 })] }), ['items[0].quantity is_int']],
      ['quantity 1,000,001', thing({ items: [line({ quantity: 1_000_001 })] }), ['items[0].quantity max']],
      ['quantity "2"', thing({ items: [line({ quantity: '2' })] }), ['items[0].quantity is_int']],
      ['quantity true', thing({ items: [line({ quantity: true })] }), ['items[0].quantity is_int']],
      ['quantity [1]', thing({ items: [line({ quantity: [1] })] }), ['items[0].quantity is_int']],
      ['no quantity', thing({ items: [{ productId: 'P1' }] }), ['items[0].quantity is_int']],
      ['no items', thing({ items: [] }), ['items array_min_size']],
      ['eleven items', thing({ items: Array.from({ length: 11 }, () => line()) }), ['items array_max_size']],
      ['an identifier of 65 characters', thing({ customerId: 'a'.repeat(65) }), ['customerId matches']],
      ['an identifier with a space', thing({ customerId: 'a b' }), ['customerId matches']],
      ['an empty identifier', thing({ customerId: '' }), ['customerId matches']],
      ['an identifier of one dot', thing({ customerId: '.' }), ['customerId is_not_in']],
      ['an identifier of two dots', thing({ customerId: '..' }), ['customerId is_not_in']],
      ['a line break at the end', thing({ customerId: 'C1\n' }), ['customerId matches']],
      [
        'a price below 0',
        thing({ items: [line({ unitPrice: { amount: -1, currency: 'EUR' } })] }),
        ['items[0].unitPrice.amount min'],
      ],
      [
        'a currency in lower case',
        thing({ items: [line({ unitPrice: { amount: 1, currency: 'eur' } })] }),
        ['items[0].unitPrice.currency is_currency'],
      ],
      [
        'a country code that does not exist',
        thing({ address: { ...ADDRESS, country: 'ZZ' } }),
        ['address.country is_country'],
      ],
      ['a blank text', thing({ address: { ...ADDRESS, city: '  ' } }), ['address.city matches']],
      ['a control character', thing({ address: { ...ADDRESS, city: 'A\u0007' } }), ['address.city matches']],
    ])('are refused with %s', async (_, payload, faults) => {
      expect(await refusal('POST', '/v1/things', payload)).toEqual({
        status: 400,
        code: 'validation_failed',
        faults,
      });
    });

    it.each<[string, object]>([
      ['items that are an object', thing({ items: { 0: line() } })],
      ['items of items', thing({ items: [[line()]] })],
      ['items of empty lists', thing({ items: [[]] })],
      ['items of texts', thing({ items: ['x'] })],
      ['an address that is an empty list', thing({ address: [] })],
      ['an address that is a list with one address', thing({ address: [ADDRESS] })],
      ['an address that is a text', thing({ address: 'x' })],
      ['nothing', {}],
    ])('are refused with %s', async (_, payload) => {
      expect(await refusal('POST', '/v1/things', payload)).toMatchObject({
        status: 400,
        code: 'validation_failed',
      });
    });

    it('are refused with unknown_field if unknown fields are their only fault', async () => {
      expect(await refusal('POST', '/v1/things', thing({ a: 1, items: [line({ b: 2 })] }))).toEqual({
        status: 400,
        code: 'unknown_field',
        faults: ['a unknown_field', 'items[0].b unknown_field'],
      });
      expect(await refusal('POST', '/v1/things', thing({ a: 1, items: [] }))).toMatchObject({
        code: 'validation_failed',
      });
    });

    it('may be missing, with or without a content type, on a route that reads no body', async () => {
      for (const headers of [{}, { 'content-type': 'application/json' }] as Record<string, string>[]) {
        expect((await send('DELETE', `/v1/things/${ID}`, undefined, headers)).statusCode).toBe(200);
      }
      expect((await send('POST', '/v1/things')).statusCode).toBe(400);
    });

    it('are refused on a route that reads no body', async () => {
      expect(await refusal('DELETE', `/v1/things/${ID}`, { force: true })).toMatchObject({
        code: 'unknown_field',
        faults: ['force unknown_field'],
      });
    });

    it.each([
      ['8 KB', 'POST', '/v1/things', 8_192],
      ['the limit of their route', 'PUT', `/v1/things/${ID}`, 16_384],
    ] as const)('may be as large as %s, but not one byte larger', async (_, method, url, limit) => {
      const bytes = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;

      expect(await refusal(method, url, bytes(limit))).toMatchObject({ code: 'validation_failed' });
      expect(await refusal(method, url, bytes(limit + 1))).toMatchObject({ code: 'payload_too_large' });
    });

    it('may hold at most 500 names and values', async () => {
      const fields = (count: number) =>
        JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, 1])));

      expect(await refusal('POST', '/v1/things', fields(250))).toMatchObject({ code: 'validation_failed' });
      for (const body of [fields(251), `{"items":[${'{},'.repeat(500)}{}]}`, '['.repeat(600)]) {
        expect(await refusal('POST', '/v1/things', body)).toEqual({
          status: 400,
          code: 'too_many_values',
          faults: [],
        });
      }
    });

    it('are answered with at most 20 of their faults and the number of all faults', async () => {
      const fields = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, 1]));
      for (const body of [
        thing(fields),
        thing({ address: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, null])) }),
      ]) {
        const answer = await send('POST', '/v1/things', body);
        const { errors, errorCount } = answer.json<{ errors: unknown[]; errorCount: number }>();

        expect(errors).toHaveLength(20);
        expect(errorCount).toBe(100);
      }
    });

    it('are not repeated in the answer', async () => {
      const name = 'x'.repeat(7_000);
      const nested = { [name]: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [n, null])) };
      for (const body of [{ [name]: 1 }, nested]) {
        const answer = await send('POST', '/v1/things', body);

        expect(answer.statusCode).toBe(400);
        expect(answer.body.length).toBeLessThan(16_384);
      }
    });

    it('are refused for a list that is too long, and its elements are not checked', async () => {
      const items = Array.from({ length: 11 }, () => ({ odd: 1 }));

      expect(await refusal('POST', '/v1/things', thing({ items, customerId: '' }))).toEqual({
        status: 400,
        code: 'validation_failed',
        faults: ['items array_max_size'],
      });
    });

    it('may have a content type that names UTF-8', async () => {
      const headers = { 'content-type': 'application/json; charset=utf-8' };

      expect((await send('POST', '/v1/things', thing(), headers)).statusCode).toBe(201);
    });
  });

  describe('queries', () => {
    it('are converted where the DTO says so', async () => {
      expect((await send('GET', '/v1/things?limit=100&customerId=7')).json()).toEqual({
        query: { limit: 100, customerId: '7' },
      });
      expect((await send('GET', '/v1/things')).json()).toEqual({ query: { limit: 20 } });
    });

    it.each([
      ['limit=0', 'limit min'],
      ['limit=101', 'limit max'],
      ['limit=1e1', 'limit is_int'],
      ['limit=', 'limit is_int'],
      ['limit=1.5', 'limit is_int'],
      ['page=2', 'page unknown_field'],
      ['limit=1&limit=2', 'limit repeated_parameter'],
      ['customerId=a&customerId=a', 'customerId repeated_parameter'],
      ['page=1&page=2', 'page repeated_parameter'],
      ['__proto__=1', '__proto__ unknown_field'],
      ['constructor=1', 'constructor unknown_field'],
      ['customerId[a]=1', 'customerId[a] unknown_field'],
      ['customerId=a%00', 'customerId unstorable_text'],
    ])('are refused with %s', async (query, fault) => {
      const { status, faults } = await refusal('GET', `/v1/things?${query}`);

      expect(status).toBe(400);
      expect(faults).toContain(fault);
    });

    it.each([
      ['names', Array.from({ length: 51 }, (_, n) => `a${n}=`).join('&')],
      ['repetitions', 'a&'.repeat(5_000)],
    ])('are refused with too many %s', async (_, query) => {
      expect(await refusal('GET', `/v1/things?${query}`)).toMatchObject({ code: 'too_many_values' });
    });

    it('are refused on a route without parameters', async () => {
      expect(await refusal('DELETE', `/v1/things/${ID}?force=1`)).toEqual({
        status: 400,
        code: 'unknown_field',
        faults: ['force unknown_field'],
      });
    });
  });

  describe('addresses', () => {
    it('treat a UUID in upper case like the same UUID in lower case', async () => {
      expect((await send('DELETE', `/v1/things/${ID.toUpperCase()}`)).json()).toMatchObject({ id: ID });
    });

    it.each(['x', `${ID}x`, 'a'.repeat(2_000), '%00', '..%2F..'])('refuse a malformed id: %s', async (id) => {
      expect(await refusal('DELETE', `/v1/things/${id}`)).toMatchObject({
        status: 400,
        code: 'validation_failed',
      });
    });

    it("refuse an encoding that can't be decoded", async () => {
      expect(await refusal('DELETE', '/v1/things/%zz')).toMatchObject({ status: 400 });
    });
  });

  describe('writes', () => {
    it('get the identity of their command', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const headers = { 'x-correlation-id': 'corr-1', traceparent };
      const answer = await send('POST', '/v1/things?', thing(), headers);

      expect(answer.json<{ received: { context: unknown } }>().received.context).toEqual({
        commandId: commandIdOf('local-operator', 'key-1'),
        commandHash: commandHashOf({ method: 'POST', path: '/v1/things', body: thing() }),
        correlationId: 'corr-1',
        actor: 'local-operator',
        traceparent,
        clientAddressHash: expect.stringMatching(/^[\w-]{43}$/) as string,
        userAgent: 'lightMyRequest',
      });
    });

    it('include the acting customer in the command hash', async () => {
      const content = { method: 'POST', path: '/v1/things', body: thing() };
      const contextFor = async (role: 'customer' | 'operator') => {
        const authorization = await bearer(role, { customer_id: 'C1' });
        const answer = await send('POST', '/v1/things', thing(), { authorization });
        return answer.json<{ received: { context: object } }>().received.context;
      };

      expect(await contextFor('customer')).toMatchObject({
        commandHash: commandHashOf({ ...content, customerId: 'C1' }),
        formerCommandHash: commandHashOf(content),
      });
      const context = await contextFor('operator');
      expect(context).toMatchObject({ commandHash: commandHashOf(content) });
      expect(context).not.toHaveProperty('formerCommandHash');
    });

    it('ignore a broken traceparent', async () => {
      const answer = await send('POST', '/v1/things', thing(), { traceparent: 'broken' });

      expect(answer.json<{ received: { context: object } }>().received.context).not.toHaveProperty(
        'traceparent',
      );
    });

    it('answer with the version, the consistency token and the location', async () => {
      const { statusCode, headers } = await send('POST', '/v1/things', thing());

      expect({ statusCode, headers }).toMatchObject({
        statusCode: 201,
        headers: { etag: '"1"', 'consistency-token': '3:17', location: '/v1/things/t-1' },
      });
    });

    it('need a well-formed idempotency key', async () => {
      expect(await refusal('POST', '/v1/things', thing(), { 'idempotency-key': '' })).toMatchObject({
        status: 400,
        code: 'idempotency_key_required',
      });
      for (const key of ['a b', 'a'.repeat(129), 'ä', 'a,b']) {
        expect(await refusal('POST', '/v1/things', thing(), { 'idempotency-key': key })).toEqual({
          status: 400,
          code: 'validation_failed',
          faults: ['Idempotency-Key malformed_header'],
        });
      }
    });

    it('may pin the version', async () => {
      const answer = await send('PUT', `/v1/things/${ID}`, ADDRESS, { 'if-match': '"4"' });

      expect(answer.headers).toMatchObject({ etag: '"5"' });
      expect(await refusal('PUT', `/v1/things/${ID}`, ADDRESS, { 'if-match': '4' })).toMatchObject({
        status: 400,
        faults: ['If-Match malformed_header'],
      });
    });
  });

  describe('reads', () => {
    it("receive the client's consistency token", async () => {
      const answer = await send('GET', '/v1/things', undefined, { 'consistency-token': '3:17,1:2' });

      expect(answer.json()).toMatchObject({
        readAfter: [
          { partition: 3, position: 17 },
          { partition: 1, position: 2 },
        ],
      });
      expect(await refusal('GET', '/v1/things', undefined, { 'consistency-token': 'x' })).toMatchObject({
        status: 400,
        faults: ['Consistency-Token malformed_header'],
      });
    });
  });

  describe('correlation ids', () => {
    it('are echoed, also on errors', async () => {
      const headers = { 'x-correlation-id': 'my-id' };

      expect((await send('GET', '/v1/things', undefined, headers)).headers['x-correlation-id']).toBe('my-id');
      expect((await send('GET', '/v1/none', undefined, headers)).headers['x-correlation-id']).toBe('my-id');
    });

    it.each(['a b', 'a'.repeat(129), 'a, b', 'ä'])(
      'are refused and not echoed when malformed: %s',
      async (id) => {
        expect(await refusal('GET', '/v1/things', undefined, { 'x-correlation-id': id })).toEqual({
          status: 400,
          code: 'validation_failed',
          faults: ['X-Correlation-Id malformed_header'],
        });
      },
    );
  });
});
