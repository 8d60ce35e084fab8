import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NoAnswerError, RequestRefusedError } from './errors';
import { TidemarkClient } from './tidemark-client';

interface Answer {
  readonly status: number;
  readonly body?: object;
}

let server: Server;
let url: string;
let answers: Answer[];
let requests: { readonly request: IncomingMessage; readonly body: string }[];

const written = { id: 'o1', version: 2, consistencyToken: '3:7' };
const pay = {
  path: { id: 'o1' },
  body: { method: { type: 'card' as const, token: 'tok_ok' } },
};

beforeEach(async () => {
  [answers, requests] = [[], []];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      requests.push({ request, body });
      const { status, body: answer = {} } = answers.shift()!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const client = (options: Partial<ConstructorParameters<typeof TidemarkClient>[0]> = {}) =>
  new TidemarkClient({
    urls: { commandService: url, queryService: url, processManager: url },
    token: 'secret',
    ...options,
  });

describe('a write', () => {
  it('has the body, the token, the key and the version that it was given', async () => {
    answers = [{ status: 202, body: written }];
    const result = await client().post('/v1/orders/{id}/payment', {
      ...pay,
      idempotencyKey: 'k1',
      ifMatch: 4,
    });

    expect(result).toEqual(written);
    const [{ request, body }] = requests as [(typeof requests)[number]];
    expect([request.method, request.url]).toEqual(['POST', '/v1/orders/o1/payment']);
    expect(JSON.parse(body)).toEqual(pay.body);
    expect(request.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'idempotency-key': 'k1',
      'if-match': '"4"',
    });
  });

  it('is repeated with one key until the service can answer', async () => {
    answers = [
      { status: 503, body: { code: 'store_unavailable' } },
      { status: 429 },
      { status: 409, body: { code: 'concurrent_modification' } },
      { status: 202, body: written },
    ];
    expect(await client().post('/v1/orders/{id}/payment', pay)).toEqual(written);
    const keys = new Set(requests.map(({ request }) => request.headers['idempotency-key']));
    expect(requests).toHaveLength(4);
    expect([...keys]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it('asks for the token at each attempt', async () => {
    answers = [{ status: 503 }, { status: 202, body: written }];
    const tokens = ['first', 'second'];
    await client({ token: async () => tokens.shift()! }).post('/v1/orders/{id}/payment', pay);
    expect(requests.map(({ request }) => request.headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it('throws a refusal at once, with its code and its problem', async () => {
    const problem = { code: 'order_not_pending', detail: 'order o1 is PAID', title: 'Conflict' };
    answers = [{ status: 409, body: problem }];
    const failure = await client()
      .post('/v1/orders/{id}/payment', pay)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RequestRefusedError);
    expect(failure).toMatchObject({ status: 409, code: 'order_not_pending', problem, isTransient: false });
    expect((failure as Error).message).toBe(
      'POST /v1/orders/{id}/payment: 409 order_not_pending order o1 is PAID',
    );
  });

  it('says that there was no answer, when its patience is over', async () => {
    await new Promise((resolve) => server.close(resolve));
    const failure = await client({ patienceMs: 120 })
      .post('/v1/orders/{id}/payment', pay)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoAnswerError);
    expect((failure as Error).message).toBe('POST /v1/orders/{id}/payment: no answer');
  });
});

describe('a read', () => {
  it('sends the consistency token, and the query', async () => {
    answers = [{ status: 200, body: { items: [] } }];
    const query = { customerId: 'c1', limit: 5 };
    expect(await client().get('/v1/orders', { query, consistencyToken: '3:7' })).toEqual({ items: [] });
    const [{ request }] = requests as [(typeof requests)[number]];
    expect(request.url).toBe('/v1/orders?customerId=c1&limit=5');
    expect(request.headers['consistency-token']).toBe('3:7');
    expect(request.headers['idempotency-key']).toBeUndefined();
  });

  it('is undefined for what does not exist', async () => {
    answers = [{ status: 404, body: { code: 'not_found' } }];
    expect(await client().get('/v1/orders/{id}', { path: { id: 'o1' } })).toBeUndefined();
  });

  it('throws other refusals, also of a gateway', async () => {
    answers = [{ status: 403 }];
    await expect(client().get('/v1/orders/{id}', { path: { id: 'o1' } })).rejects.toMatchObject({
      status: 403,
      code: '',
    });
  });
});
