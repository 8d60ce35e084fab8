import { randomUUID } from 'node:crypto';
import { GenerationRegistry, MongoFeedStore } from '@tidemark/projections';
import { readModel } from '@tidemark/read-models';
import { eventually } from '@tidemark/testing';
import { orderDetailsDocument } from '../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../testing/query-service.fixture';

describe('the generation of a read model that is read', () => {
  let service: TestQueryService;
  let registry: GenerationRegistry;
  const orderId = randomUUID();
  const read = (headers: Record<string, string> = {}) => service.get(`/v1/orders/${orderId}`, { headers });

  beforeEach(async () => {
    service = await startQueryService();
    registry = new GenerationRegistry(service.db);
    await service.readModel('order_details').insertOne(orderDetailsDocument({ _id: orderId, version: 1 }));
    await service.project(1, 10);
  });
  afterEach(() => service.stop());

  /** Another generation with the same order in another version. */
  async function build(): Promise<void> {
    const request = { rebuildId: randomUUID(), requestedBy: 'test', requestedAt: new Date() };
    const { generation } = (await registry.begin('order_details', 1, request))!;
    await registry.ready('order_details', generation);
    const documents = readModel(service.db, 'order_details', `order_details_v1_g${generation}`);
    await documents.insertOne(orderDetailsDocument({ _id: orderId, version: generation }));
  }

  const joinGroup = () =>
    new MongoFeedStore(service.db, 'projections').join(1, 'order_details_v1_g2', Number.MAX_SAFE_INTEGER);

  it('is the one that is live, flip after flip, and no read fails on the way', async () => {
    expect(await read()).toMatchObject({ status: 200, body: { version: 1 } });
    await build();
    await joinGroup();
    await registry.flip('order_details', 2);
    await eventually(async () => {
      const answer = await read({ 'consistency-token': '1:10' });
      expect(answer.status).toBe(200);
      return answer.body.version === 2;
    });
    await registry.rollBack('order_details', 1);
    await eventually(async () => {
      const answer = await read({ 'consistency-token': '1:10' });
      expect(answer.status).toBe(200);
      return answer.body.version === 1;
    });
  });

  it('stays the one before until the live one has what a token was told is there', async () => {
    const headers = { 'consistency-token': '1:10' };
    expect(await read(headers)).toMatchObject({ status: 200, body: { version: 1 } });
    await build();
    await registry.flip('order_details', 2);
    // Long enough for several look-ups of the live generation.
    const until = performance.now() + 1_000;
    while (performance.now() < until) {
      expect(await read(headers)).toMatchObject({ status: 200, body: { version: 1 } });
    }
    await joinGroup();
    await eventually(async () => (await read(headers)).body.version === 2);
    expect(await read(headers)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('is none before anything was projected, which is a 503 and no answer', async () => {
    await service.db.collection('read_models').deleteMany({});
    await eventually(async () => {
      expect(await read()).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    });
    await registry.ensure([
      { name: 'order_details', version: 1, select: () => undefined, evolve: () => undefined },
    ]);
    await eventually(async () => expect(await read()).toMatchObject({ status: 200 }));
  });
});
