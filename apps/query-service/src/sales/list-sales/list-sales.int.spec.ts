import { salesDocument } from '../../testing/documents.fixture';
import { readStoreKinds } from '@tidemark/read-models';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const usd = (amount: number) => ({ amount, currency: 'USD' });
const january = 'from=2026-01-01&to=2026-02-01';

describe.each(readStoreKinds)('GET /v1/sales with %s', (kind) => {
  let service: TestQueryService;

  beforeAll(async () => {
    service = await startQueryService({}, kind);
    const sale = { orders: 1, units: 2, revenue: 1_000 };
    const mug = { ...sale, dimension: 'product', value: 'MUG' } as const;
    const gone = { ...sale, day: '2026-01-04', dimension: 'country', value: 'GB', currency: 'EUR' } as const;
    await service.readModel('sales_by_day').put(
      ...[
        // Two partitions have documents of the same day.
        salesDocument({ partition: 0 }, { ...sale, day: '2026-01-02' }),
        salesDocument({ partition: 1 }, { orders: 2, units: 5, revenue: 1_234, day: '2026-01-02' }),
        salesDocument({ partition: 1 }, { ...sale, day: '2026-01-02', currency: 'USD' }),
        salesDocument({ partition: 0 }, { ...sale, day: '2026-01-03', value: 'FR' }),
        salesDocument({ partition: 0 }, { ...sale, day: '2026-02-01' }),
        salesDocument({ partition: 0 }, { ...mug, day: '2026-01-02' }),
        salesDocument({ partition: 1 }, { ...mug, day: '2026-01-02', value: 'LAMP', units: 7 }),
        salesDocument({ partition: 2 }, { ...mug, day: '2026-01-03' }),
        // The sale is counted first, and then subtracted by the order's own document.
        salesDocument({ partition: 2 }, gone),
        salesDocument({ partition: 2 }, { ...gone, orders: -1, units: -2, revenue: -1_000 }),
        salesDocument({ partition: 3 }),
      ],
    );
  });
  afterAll(() => service.stop());

  it('adds up each day over all partitions, separately for each currency', async () => {
    const { status, body, headers } = await service.get(`/v1/sales?${january}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: [
        { key: '2026-01-02', orders: 3, units: 7, revenue: eur(2_234) },
        { key: '2026-01-02', orders: 1, units: 2, revenue: usd(1_000) },
        { key: '2026-01-03', orders: 1, units: 2, revenue: eur(1_000) },
      ],
    });
    expect(headers['etag']).toBeUndefined();
  });

  it('adds up each country, the most units first', async () => {
    expect((await service.get(`/v1/sales?${january}&groupBy=country`)).body).toEqual([
      { key: 'GB', orders: 3, units: 7, revenue: eur(2_234) },
      { key: 'FR', orders: 1, units: 2, revenue: eur(1_000) },
      { key: 'GB', orders: 1, units: 2, revenue: usd(1_000) },
    ]);
  });

  it('adds up each product, in one currency if asked for one', async () => {
    const { body } = await service.get(`/v1/sales?${january}&groupBy=product&currency=EUR`);
    expect(body).toEqual([
      { key: 'LAMP', orders: 1, units: 7, revenue: eur(1_000) },
      { key: 'MUG', orders: 2, units: 4, revenue: eur(2_000) },
    ]);
    expect((await service.get(`/v1/sales?${january}&currency=GBP`)).body).toEqual([]);
  });

  it('treats `from` as the first day, and `to` as the day after the last day', async () => {
    const keys = async (days: string) =>
      ((await service.get(`/v1/sales?${days}&currency=EUR`)).body as { key: string }[]).map(({ key }) => key);
    expect(await keys('from=2026-01-02&to=2026-01-03')).toEqual(['2026-01-02']);
    expect(await keys('from=2026-01-03T00:00:00Z&to=2026-02-02')).toEqual(['2026-01-03', '2026-02-01']);
    expect(await keys('to=2026-01-31')).toEqual(['2026-01-02', '2026-01-03']);
    expect(await keys('from=2025-02-01&to=2026-02-02')).toEqual(['2026-01-02', '2026-01-03', '2026-02-01']);
    expect(await keys('from=2026-01-03&to=2026-01-03')).toEqual([]);
    expect(await keys('')).toEqual([]);
  });

  it.each([
    ['from=2026-01-01T12:00:00Z&to=2026-01-03', 'from', 'not_a_day'],
    ['from=2026-01-03&to=2026-01-01', 'from', 'empty_range'],
    ['from=2025-01-01&to=2026-01-03', 'to', 'too_many_days'],
    ['from=2026-01-01&to=2026-02-02&groupBy=product', 'to', 'too_many_days'],
    ['from=yesterday', 'from', 'is_date'],
    ['groupBy=customer', 'groupBy', 'is_in'],
    ['groupBy=day&groupBy=product', 'groupBy', 'repeated_parameter'],
    ['currency=euro', 'currency', 'is_currency'],
    ['currency[$ne]=EUR', 'currency[$ne]', 'unknown_field'],
    ['limit=5', 'limit', 'unknown_field'],
  ])('refuses %s with 400', async (query, path, code) => {
    expect(await service.get(`/v1/sales?${query}`)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ path, code })]) },
    });
  });

  it('answers 403 to a customer', async () => {
    expect(await service.get('/v1/sales', { role: 'customer', customer: 'C1' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  it('waits for the positions of a consistency token', async () => {
    await service.write(1, 3);
    const late = await startQueryService({ READ_YOUR_WRITES_TIMEOUT_MS: '50' });
    try {
      await late.write(1, 3);
      expect(await late.get('/v1/sales', { headers: { 'consistency-token': '1:3' } })).toMatchObject({
        status: 503,
        body: { code: 'read_model_behind' },
      });
      await late.project(1, 3);
      expect(await late.get('/v1/sales', { headers: { 'consistency-token': '1:3' } })).toMatchObject({
        status: 200,
      });
    } finally {
      await late.stop();
    }
  });
});
