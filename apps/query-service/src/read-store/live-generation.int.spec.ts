import { randomUUID } from 'node:crypto';
import { GenerationRegistry } from '@tidemark/projections';
import { readModels, readStoreKinds } from '@tidemark/read-models';
import { eventually } from '@tidemark/test-servers';
import { orderDetailsDocument } from '../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../testing/query-service.fixture';

describe.each(readStoreKinds)('the generation of a read model in %s that is read', (kind) => {
  let service: TestQueryService;
  let registry: GenerationRegistry;
  const orderId = randomUUID();
  const read = (headers: Record<string, string> = {}) => service.get(`/v1/orders/${orderId}`, { headers });

  beforeEach(async () => {
    service = await startQueryService({}, kind);
    registry = new GenerationRegistry(service.readStore.projections);
    await service.readModel('order_details').put(orderDetailsDocument({ _id: orderId, version: 1 }));
    await service.project(1, 10);
  });
  afterEach(() => service.stop());

  /** Another generation with the same order in another version. */
  async function build(): Promise<void> {
    const request = { rebuildId: randomUUID(), requestedBy: 'test', requestedAt: new Date() };
    const { generation } = (await registry.begin('order_details', 1, request))!;
    await registry.ready('order_details', generation);
    const name = `order_details_v1_g${generation}`;
    await service.readStore.projections.documents.prepare(readModels.order_details, name);
    await service
      .readModel('order_details', name)
      .put(orderDetailsDocument({ _id: orderId, version: generation }));
  }

  const joinGroup = () =>
    service.readStore.projections
      .feeds('projections')
      .join(1, 'order_details_v1_g2', Number.MAX_SAFE_INTEGER);

  it('is the live generation, also after each change, and no read fails meanwhile', async () => {
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

  it("stays the previous generation until the live generation has the token's positions", async () => {
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

  it('does not exist before the first projection, and reads get 503', async () => {
    await service.forgetGenerations();
    await eventually(async () => {
      expect(await read()).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    });
    await registry.ensure([
      { name: 'order_details', version: 1, select: () => undefined, evolve: () => undefined },
    ]);
    await eventually(async () => expect(await read()).toMatchObject({ status: 200 }));
  });
});
