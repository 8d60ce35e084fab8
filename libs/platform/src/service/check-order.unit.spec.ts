import { Readable } from 'node:stream';
import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';

const TOO_LARGE = JSON.stringify({ customerId: 'C1', padding: 'x'.repeat(101 * 1024) });
const GOOD = { customerId: 'C1', items: [{ productId: 'P1', quantity: 1 }] };

describe('the order of checks', () => {
  let sample: SampleService;
  let customer: string;
  let operator: string;
  /** A role that may not create things. */
  let nobody: string;

  beforeAll(async () => {
    sample = await startSample();
    customer = await bearer('customer', { customer_id: 'C1' });
    operator = await bearer('operator');
    nobody = await bearer('visitor');
  });
  afterAll(() => sample.app.close());

  async function post(
    headers: Record<string, string | undefined>,
    payload: string | object | Readable = GOOD,
    url = '/v1/things',
  ) {
    const sent = Object.fromEntries(
      Object.entries({ 'content-type': 'application/json', 'idempotency-key': 'k', ...headers }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as Record<string, string>;
    const body =
      payload instanceof Readable || typeof payload === 'string' ? payload : JSON.stringify(payload);
    const answer = await sample.app.inject({ method: 'POST', url, headers: sent, payload: body });
    const problem = answer.json<{ code: string; correlationId: string; status: number }>();
    expect(answer.headers['x-correlation-id']).toBeDefined();
    return { status: answer.statusCode, code: problem.code };
  }

  it('accepts a correct request', async () => {
    expect(await post({ authorization: customer })).toMatchObject({ status: 201 });
  });

  describe.each([
    ['401', undefined, { status: 401, code: 'unauthenticated' }],
    ['401 for a broken token', 'Bearer x.y.z', { status: 401, code: 'unauthenticated' }],
    ['403', 'nobody', { status: 403, code: 'forbidden' }],
  ])('%s comes before', (_, who, expected) => {
    const headers = (more: Record<string, string | undefined> = {}) => ({
      authorization: who === 'nobody' ? nobody : who,
      ...more,
    });

    it('413 for an announced length', async () => {
      expect(await post(headers(), TOO_LARGE)).toEqual(expected);
    });

    it('413 for a body without an announced length', async () => {
      expect(await post(headers(), Readable.from([TOO_LARGE]))).toEqual(expected);
    });

    it('415', async () => {
      expect(await post(headers({ 'content-type': 'text/plain' }), 'x')).toEqual(expected);
    });

    it('400 for malformed JSON', async () => {
      expect(await post(headers(), '{')).toEqual(expected);
    });

    it('400 for a malformed correlation id, a repeated parameter and a bad field', async () => {
      expect(await post(headers({ 'x-correlation-id': 'a b' }))).toEqual(expected);
      expect(await post(headers(), GOOD, '/v1/things?a=1&a=2')).toEqual(expected);
      expect(await post(headers(), { ...GOOD, items: [] })).toEqual(expected);
      expect(await post(headers({ 'idempotency-key': undefined }))).toEqual(expected);
    });
  });

  it('401 comes before 403: only a caller with a valid token learns that its role is missing', async () => {
    expect(await post({})).toMatchObject({ status: 401 });
    expect(await post({ authorization: nobody })).toMatchObject({ status: 403 });
  });

  it('401 comes before 404 for an unknown address in the protected part', async () => {
    expect(await post({}, GOOD, '/v1/nothing')).toMatchObject({ status: 401 });
    expect(await post({ authorization: operator }, GOOD, '/v1/nothing')).toEqual({
      status: 404,
      code: 'not_found',
    });
    expect(await post({}, GOOD, '/elsewhere')).toEqual({ status: 404, code: 'not_found' });
  });

  it.each([
    ['malformed JSON', {}, `{${TOO_LARGE}`],
    ['a malformed correlation id', { 'x-correlation-id': 'a b' }, TOO_LARGE],
    ['no idempotency key', { 'idempotency-key': undefined }, TOO_LARGE],
  ])('413 comes before 400 for %s', async (_, headers, payload) => {
    const expected = { status: 413, code: 'payload_too_large' };

    expect(await post({ authorization: operator, ...headers }, payload)).toEqual(expected);
    expect(await post({ authorization: operator, ...headers }, Readable.from([payload]))).toEqual(expected);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'json', undefined])(
    '415 for content type %s comes before 400',
    async (contentType) => {
      const headers = { authorization: operator, 'content-type': contentType, 'x-correlation-id': 'a b' };

      expect(await post(headers, '{')).toEqual({ status: 415, code: 'unsupported_media_type' });
    },
  );

  it.each([
    ['a bad field', {}, { ...GOOD, customerId: 'C2', items: [] }],
    ['no idempotency key', { 'idempotency-key': undefined }, { ...GOOD, customerId: 'C2' }],
    ['a malformed correlation id', { 'x-correlation-id': 'a b' }, { ...GOOD, customerId: 'C2' }],
  ])("400 for %s comes before 404 for another customer's object", async (_, headers, payload) => {
    expect(await post({ authorization: customer, ...headers }, payload)).toMatchObject({ status: 400 });
    expect(await post({ authorization: customer }, { ...GOOD, customerId: 'C2' })).toEqual({
      status: 404,
      code: 'not_found',
    });
  });

  it('404 comes before 422', async () => {
    const payload = { ...GOOD, customerId: 'nobody' };

    expect(await post({ authorization: customer }, payload)).toMatchObject({ status: 404 });
    expect(await post({ authorization: operator }, payload)).toEqual({
      status: 422,
      code: 'unknown_customer',
    });
  });
});
