import { randomUUID } from 'node:crypto';
import { readStoreKinds } from '@tidemark/read-models';
import { eventually } from '@tidemark/test-servers';
import { orderDetailsDocument } from '../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../testing/query-service.fixture';

const boundMs = 200;

describe.each(readStoreKinds)('a read store (%s) that takes requests and answers none', (kind) => {
  let service: TestQueryService;
  const orderId = randomUUID();

  beforeAll(async () => {
    const env = { QUERY_TIMEOUT_MS: String(boundMs), READ_YOUR_WRITES_TIMEOUT_MS: String(boundMs) };
    service = await startQueryService(env, kind);
    await service.readModel('order_details').put(orderDetailsDocument({ _id: orderId }));
  });
  afterAll(() => service.stop());

  it('makes reads end with 503 after the time limit, and serves reads again when it answers', async () => {
    expect(await service.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 200 });
    service.readStoreLink.hang();

    const token = { headers: { 'consistency-token': '1:1' } };
    const began = performance.now();
    const answers = await Promise.all([
      service.get(`/v1/orders/${orderId}`),
      service.get('/v1/orders'),
      service.get('/v1/orders', token),
    ]);

    // The limit, a second for the network, and room for a busy machine.
    expect(performance.now() - began).toBeLessThan(boundMs + 1_000 + 10_000);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'store_unavailable'],
      [503, 'store_unavailable'],
      [503, 'read_model_behind'],
    ]);
    for (const { headers } of answers) {
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }

    service.readStoreLink.heal();
    await eventually(async () => {
      expect(await service.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 200 });
    });
  });
});
