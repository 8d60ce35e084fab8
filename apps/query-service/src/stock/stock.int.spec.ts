import { stockLevelDocument } from '../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../testing/query-service.fixture';

describe('stock', () => {
  let service: TestQueryService;
  const level = (productId: string, available: number) => ({
    productId,
    onHand: available + 4,
    reserved: 4,
    available,
    version: 5,
  });

  beforeAll(async () => {
    service = await startQueryService();
    await service
      .readModel('stock_levels')
      .put(
        ...Array.from({ length: 5 }, (_, n) =>
          stockLevelDocument({ _id: `P${n}`, onHand: n + 4, reserved: 4, available: n }),
        ),
      );
  });
  afterAll(() => service.stop());

  it('of one product is served with its version as ETag', async () => {
    const { status, headers, body } = await service.get('/v1/stock/P3');

    expect({ status, etag: headers['etag'], body }).toEqual({
      status: 200,
      etag: '"5"',
      body: level('P3', 3),
    });
  });

  it('of an unknown product: 404', async () => {
    expect(await service.get('/v1/stock/none')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('is listed by product, in pages', async () => {
    const first = await service.get('/v1/stock?limit=3');
    expect(first.body).toEqual({
      items: [level('P0', 0), level('P1', 1), level('P2', 2)],
      nextCursor: expect.any(String),
    });
    const second = await service.get(`/v1/stock?limit=3&cursor=${first.body.nextCursor}`);
    expect(second.body).toEqual({ items: [level('P3', 3), level('P4', 4)] });
  });

  it('is listed below a bound, which is not included', async () => {
    expect((await service.get('/v1/stock?belowAvailable=2')).body).toEqual({
      items: [level('P0', 0), level('P1', 1)],
    });
  });

  it('is refused to a customer with 403', async () => {
    for (const path of ['/v1/stock', '/v1/stock/P1']) {
      const answer = await service.get(path, { role: 'customer', customer: 'C1' });
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });

  it.each([
    '/v1/stock?belowAvailable=-1',
    '/v1/stock?belowAvailable=x',
    '/v1/stock?belowAvailable[$gt]=1',
    '/v1/stock?below=1',
    '/v1/stock?cursor=AAAA',
    '/v1/stock/a%20b',
  ])('refuses %s with 400', async (path) => {
    expect(await service.get(path)).toMatchObject({ status: 400 });
  });

  it("refuses another list's cursor with 400", async () => {
    const { body } = await service.get('/v1/stock?limit=1');
    expect(await service.get(`/v1/shipments?cursor=${body.nextCursor}`)).toMatchObject({ status: 400 });
    expect(await service.get(`/v1/stock?belowAvailable=3&cursor=${body.nextCursor}`)).toMatchObject({
      status: 400,
    });
  });
});
