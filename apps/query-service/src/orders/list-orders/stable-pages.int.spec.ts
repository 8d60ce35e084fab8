import fc from 'fast-check';
import { orderListDocument } from '../../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';
import { readStoreKinds } from '@tidemark/read-models';
import { orderSorts } from './order-search';

/** Few values, so that many orders share one and are sorted by id. */
const value = fc.nat({ max: 3 });

/** The writes between two pages. */
const write = fc.record({ added: fc.array(value, { maxLength: 3 }), removed: fc.nat(), touched: fc.nat() });
type Write = typeof write extends fc.Arbitrary<infer Generated> ? Generated : never;

const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const orderWith = (n: number, at: number) =>
  orderListDocument({
    _id: orderId(n),
    createdAt: new Date(Date.UTC(2010, 11, 1 + at)),
    totalAmount: { amount: at, currency: 'GBP' },
  });

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor?: string;
}

describe.each(readStoreKinds)('pages of GET /v1/orders with %s', (kind) => {
  let service: TestQueryService;
  beforeAll(async () => {
    service = await startQueryService({}, kind);
  });
  afterAll(() => service.stop());

  async function page(query: string): Promise<{ readonly ids: string[]; readonly nextCursor?: string }> {
    const { items, nextCursor } = (await service.get(`/v1/orders?${query}`)).body as Listed;
    return { ids: items.map(({ id }) => id), ...(nextCursor !== undefined && { nextCursor }) };
  }

  it('show every order that stays exactly once, even if other orders are added, removed or changed between the pages', async () => {
    const orders = service.readModel('order_list');
    const apply = async ({ added, removed, touched }: Write, there: number, from: number) => {
      await Promise.all(added.map((at, n) => orders.put(orderWith(from + n, at))));
      await orders.remove(orderId(removed % there));
      const order = await orders.find(orderId(touched % there));
      await (order && orders.put({ ...order, status: 'PAID' }));
      return orderId(removed % there);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.array(write, { maxLength: 12 }),
        fc.constantFrom(...orderSorts),
        fc.integer({ min: 1, max: 4 }),
        async (values, writes, sort, limit) => {
          await orders.clear();
          await orders.put(...values.map((at, n) => orderWith(n, at)));
          const { ids: before } = await page(`limit=100&sort=${sort}`);
          const gone = new Set<string>();
          let read = await page(`limit=${limit}&sort=${sort}`);
          const seen = read.ids;
          for (let n = 0; read.nextCursor !== undefined; n += 1) {
            if (writes[n]) {
              gone.add(await apply(writes[n]!, values.length, 100 * (n + 1)));
            }
            read = await page(`limit=${limit}&sort=${sort}&cursor=${read.nextCursor}`);
            seen.push(...read.ids);
          }

          const stayed = before.filter((id) => !gone.has(id));
          expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});
