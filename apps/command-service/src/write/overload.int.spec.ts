import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import type { TestRequest } from '../testing/requests.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;

afterEach(() => service.stop());

it('when the connection pool is exhausted, requests get 503 in time, and nothing is stored', async () => {
  service = await startCommandService({
    DATABASE_POOL_SIZE: '2',
    DATABASE_ACQUIRE_TIMEOUT_MS: '200',
    DATABASE_STATEMENT_TIMEOUT_MS: '400',
  });
  const shop = shopOf(service);
  const [customer, product] = [await shop.customer(), await shop.product()];
  const before = await service.eventCount();
  const blocker = await service.pool.connect();
  try {
    // The database must not end this transaction, however long the requests take.
    await blocker.query(`
      BEGIN;
      SET LOCAL idle_in_transaction_session_timeout = 0;
      LOCK TABLE event_store.events IN ACCESS EXCLUSIVE MODE`);
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        n % 2 === 0
          ? service.request('POST', '/v1/orders', { body: shop.orderBody(customer, product) })
          : service.request('POST', '/v1/customers', { body: { name: 'Ada', email: 'ada@example.com' } }),
      ),
    );
    for (const { status, body, headers } of answers) {
      expect({ status, code: body.code as string }).toEqual({ status: 503, code: 'store_unavailable' });
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect(JSON.stringify(body)).not.toMatch(/timeout|statement|connect/i);
    }
    // Four attempts of 400 ms and the pauses between them, with room for a slow machine. Without concurrency, they
    // would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
  expect(await service.eventCount()).toBe(before);
  const after = await service.request('POST', '/v1/orders', { body: shop.orderBody(customer, product) });
  expect(after.status).toBe(201);
});

it('a customer that sends too many requests is told when to retry, and other callers are not affected', async () => {
  service = await startCommandService({ RATE_LIMIT_PER_SECOND: '1', RATE_LIMIT_BURST: '2' });
  const cancel = (sender: TestRequest) =>
    service.request('POST', `/v1/orders/${randomUUID()}/cancel`, { ...sender, body: { reason: 'x' } });
  const atOnce = (sender: TestRequest) => Promise.all(Array.from({ length: 20 }, () => cancel(sender)));
  const answers = await atOnce({ customer: 'C-1' });
  const [passed, limited] = [404, 429].map((code) => answers.filter(({ status }) => status === code));
  expect(passed!.length).toBeGreaterThanOrEqual(2);
  expect(passed!.length + limited!.length).toBe(answers.length);
  expect(limited![0]).toMatchObject({ body: { code: 'rate_limited' }, headers: { 'retry-after': '1' } });
  for (const sender of [{ customer: 'C-2' }, { role: 'operator' as const }]) {
    expect(await cancel(sender)).toMatchObject({ status: 404 });
  }
  expect((await atOnce({ role: 'service' })).every(({ status }) => status === 404)).toBe(true);
});

it('a request that never arrives completely is ended, and its connection is closed', async () => {
  service = await startCommandService({ REQUEST_TIMEOUT_MS: '300' });
  const { port } = new URL(await service.listen());
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'),
    );
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"request_timeout"/);
});
