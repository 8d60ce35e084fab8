import type { FastifyInstance } from 'fastify';
import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';
import { clientOf, type Client } from './client';

const ADDRESS_KEY = Buffer.alloc(32, 3).toString('base64url');
const THING = { customerId: 'C1', items: [{ productId: 'P1', quantity: 1 }] };

describe('clientOf', () => {
  let sample: SampleService;
  let twin: SampleService;
  let stranger: SampleService;

  beforeAll(async () => {
    sample = await startSample({ ADDRESS_KEY });
    twin = await startSample({ ADDRESS_KEY });
    stranger = await startSample();
  });
  afterAll(() => Promise.all([sample, twin, stranger].map(({ app }) => app.close())));

  async function received(
    service: SampleService,
    { address = '192.0.2.1', ...headers }: Record<string, string> = {},
  ): Promise<Client> {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/things',
      remoteAddress: address,
      headers: { authorization: await bearer('operator'), 'idempotency-key': 'k', ...headers },
      payload: THING,
    });
    return answer.json<{ received: { context: Client } }>().received.context;
  }

  it('hashes an address to the same value wherever the key is the same', async () => {
    const { clientAddressHash } = await received(sample);

    expect(await received(sample)).toMatchObject({ clientAddressHash });
    expect(await received(twin)).toMatchObject({ clientAddressHash });
    expect(await received(sample, { address: '192.0.2.2' })).not.toMatchObject({ clientAddressHash });
    expect(await received(stranger)).not.toMatchObject({ clientAddressHash });
    expect(clientAddressHash).not.toContain('192');
  });

  it('uses the address that the trusted proxy names, not the address that the client claims', async () => {
    const { clientAddressHash } = await received(sample, { address: '203.0.113.9' });
    const behindProxy = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };

    expect(await received(sample, behindProxy)).toMatchObject({ clientAddressHash });
  });

  it.each([
    ['is kept', 'curl/8.5', 'curl/8.5'],
    ['is cut', 'x'.repeat(300), 'x'.repeat(256)],
    ["loses the characters that a store can't keep", 'a\tb\u0000', 'ab'],
  ])('records a user agent that %s', async (_, sent, kept) => {
    expect(await received(sample, { 'user-agent': sent })).toMatchObject({ userAgent: kept });
  });

  it('leaves out the address of a client that has hung up', () => {
    const server = sample.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    expect(clientOf({ headers: {}, server })).toEqual({});
  });

  it('leaves out an empty user agent', async () => {
    expect(await received(sample, { 'user-agent': '' })).not.toHaveProperty('userAgent');
  });
});
