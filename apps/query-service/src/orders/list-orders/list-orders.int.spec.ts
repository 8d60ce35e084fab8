import { orderListDocument } from '../../testing/documents.fixture';
import { readStoreKinds } from '@tidemark/read-models';
import {
  startQueryService,
  type TestQueryService,
  type TestRequest,
} from '../../testing/query-service.fixture';

const day = (date: number): Date => new Date(Date.UTC(2010, 11, date, 9));
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

describe.each(readStoreKinds)('GET /v1/orders with %s', (kind) => {
  let service: TestQueryService;
  const orders = () => service.readModel('order_list');

  beforeAll(async () => {
    service = await startQueryService({}, kind);
  });
  beforeEach(async () => {
    await orders().clear();
  });
  afterAll(() => service.stop());

  async function idsOf(path: string, request?: TestRequest): Promise<string[]> {
    const { status, body } = await service.get(path, request);
    expect({ status, body }).toMatchObject({ status: 200 });
    return (body.items as { id: string }[]).map((order) => order.id);
  }

  async function allPages(path: string, request?: TestRequest): Promise<string[]> {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await service.get(`${path}${cursor}`, request);
      seen.push(...(body.items as { id: string }[]).map((order) => order.id));
      if (body.nextCursor === undefined) {
        return seen;
      }
      cursor = `&cursor=${body.nextCursor}`;
    }
  }

  it('answers the published fields only', async () => {
    await orders().put(orderListDocument({ _id: id(1), version: 2 }));

    const { body, headers } = await service.get('/v1/orders');

    expect(body).toEqual({
      items: [
        {
          id: id(1),
          orderNumber: 'TM-00000-00001',
          customerId: 'C1',
          customerName: 'Ada Lovelace',
          customerEmail: 'ada@example.com',
          status: 'PENDING',
          totalAmount: { amount: 2_598, currency: 'GBP' },
          itemCount: 1,
          createdAt: '2010-12-01T08:26:00.000Z',
          updatedAt: '2010-12-01T08:26:00.000Z',
          version: 2,
        },
      ],
    });
    expect(headers['etag']).toBeUndefined();
  });

  it('answers an empty list when there is nothing', async () => {
    expect((await service.get('/v1/orders')).body).toEqual({ items: [] });
  });

  describe('filters', () => {
    beforeEach(async () => {
      const gbp = (amount: number) => ({ amount, currency: 'GBP' });
      await orders().put(
        ...[
          orderListDocument({ _id: id(1), createdAt: day(1), totalAmount: gbp(100) }),
          orderListDocument({ _id: id(2), createdAt: day(2), totalAmount: gbp(200), status: 'PAID' }),
          orderListDocument({
            _id: id(3),
            createdAt: day(3),
            customerId: 'C2',
            customerEmail: 'ada.byron+orders@example.com',
            totalAmount: gbp(300),
          }),
          orderListDocument({
            _id: id(4),
            createdAt: day(4),
            customerId: 'C3',
            customerEmail: '.*@example.com',
            totalAmount: { amount: 200, currency: 'EUR' },
          }),
        ],
      );
    });

    it.each([
      ['no filter, newest first', '', [4, 3, 2, 1]],
      ['customer', 'customerId=C2', [3]],
      ['status', 'status=PAID', [2]],
      ['e-mail', 'email=ada@example.com', [2, 1]],
      ['e-mail in another case', 'email=ADA@Example.com', [2, 1]],
      ['e-mail that is only a beginning', 'email=ada', []],
      ['e-mail prefix', 'email=Ada*', [3, 2, 1]],
      ['e-mail prefix with a plus', 'email=ada.byron%2B*', [3]],
      ['e-mail that looks like a pattern', 'email=.*', [4]],
      ['e-mail that begins with a circumflex', 'email=%5Eada', []],
      ['amount from', 'minAmount=200&currency=GBP', [3, 2]],
      ['amount to', 'maxAmount=200&currency=GBP', [2, 1]],
      ['amount from and to', 'minAmount=200&maxAmount=200&currency=EUR', [4]],
      ['currency', 'currency=EUR', [4]],
      ['from, inclusive', 'from=2010-12-03T09:00:00Z', [4, 3]],
      ['to, exclusive', 'to=2010-12-03T09:00:00Z', [2, 1]],
      ['from and to, as dates', 'from=2010-12-02&to=2010-12-04', [3, 2]],
      ['an empty range', 'from=2010-12-02&to=2010-12-02', []],
      ['several', 'customerId=C1&status=PENDING&from=2010-12-01', [1]],
      ['sort by creation', 'sort=createdAt', [1, 2, 3, 4]],
      ['sort by amount', 'sort=totalAmount', [1, 2, 4, 3]],
      ['sort by amount, descending', 'sort=-totalAmount', [3, 4, 2, 1]],
    ])('%s', async (_, query, expected) => {
      expect(await idsOf(`/v1/orders?${query}`)).toEqual(expected.map(id));
    });
  });

  describe('pages', () => {
    it.each(['createdAt', '-createdAt', 'totalAmount', '-totalAmount'])(
      'show every order once, sorted by %s, even if sort keys are equal',
      async (sort) => {
        const documents = Array.from({ length: 25 }, (_, n) =>
          orderListDocument({
            _id: id(n),
            createdAt: day(1 + (n % 3)),
            totalAmount: { amount: n % 4, currency: 'GBP' },
          }),
        );
        await orders().put(...documents);

        const paged = await allPages(`/v1/orders?limit=4&sort=${sort}`);

        expect(paged).toEqual(await idsOf(`/v1/orders?limit=100&sort=${sort}`));
        expect(new Set(paged).size).toBe(25);
      },
    );

    it('neither repeat nor skip an order when other orders are added or removed between two pages', async () => {
      await orders().put(
        ...Array.from({ length: 10 }, (_, n) => orderListDocument({ _id: id(n), createdAt: day(10 + n) })),
      );
      const first = await service.get('/v1/orders?limit=4');
      expect(first.body.items.map((order: { id: string }) => order.id)).toEqual([9, 8, 7, 6].map(id));

      await orders().put(
        ...[
          orderListDocument({ _id: id(100), createdAt: day(30) }),
          orderListDocument({ _id: id(101), createdAt: day(16) }),
        ],
      );
      await orders().remove(id(8));

      const second = await idsOf(`/v1/orders?limit=4&cursor=${first.body.nextCursor}`);
      expect(second).toEqual([5, 4, 3, 2].map(id));
    });

    it('have twenty orders by default, and no cursor on the last page', async () => {
      await orders().put(...Array.from({ length: 21 }, () => orderListDocument()));

      const { body } = await service.get('/v1/orders');
      expect(body.items).toHaveLength(20);
      expect(body.nextCursor).toEqual(expect.any(String));
      const whole = await service.get('/v1/orders?limit=21');
      expect(whole.body.nextCursor).toBeUndefined();
    });

    it('continue only with the same filters and sort, but the limit may change', async () => {
      await orders().put(...Array.from({ length: 5 }, () => orderListDocument()));
      const { body } = await service.get('/v1/orders?limit=2&customerId=C1');
      const next = `cursor=${body.nextCursor}`;

      expect(await idsOf(`/v1/orders?limit=3&customerId=C1&${next}`)).toHaveLength(3);
      for (const query of [
        '',
        'customerId=C2&',
        'customerId=C1&status=PAID&',
        'customerId=C1&sort=createdAt&',
      ]) {
        const refused = await service.get(`/v1/orders?${query}${next}`);
        expect(refused).toMatchObject({
          status: 400,
          body: { code: 'validation_failed', errors: [{ path: 'cursor', code: 'invalid_cursor' }] },
        });
      }
    });
  });

  describe('ownership', () => {
    beforeEach(async () => {
      await orders().put(
        ...[
          ...Array.from({ length: 3 }, (_, n) =>
            orderListDocument({ _id: id(n), createdAt: day(1 + n), customerId: 'C1' }),
          ),
          orderListDocument({
            _id: id(10),
            createdAt: day(2),
            customerId: 'C2',
            customerEmail: 'eve@example.com',
          }),
        ],
      );
    });
    const customer = (name: string): TestRequest => ({ role: 'customer', customer: name });

    it('shows a customer only its own orders, with any filter and on any page', async () => {
      expect(await idsOf('/v1/orders', customer('C1'))).toEqual([2, 1, 0].map(id));
      expect(await idsOf('/v1/orders?customerId=C1', customer('C1'))).toEqual([2, 1, 0].map(id));
      expect(await idsOf('/v1/orders?email=eve@example.com', customer('C1'))).toEqual([]);
      expect(await allPages('/v1/orders?limit=1', customer('C2'))).toEqual([id(10)]);
    });

    it('answers 404 for another customer, whether that customer exists or not', async () => {
      for (const asked of ['C2', 'nobody']) {
        const answer = await service.get(`/v1/orders?customerId=${asked}`, customer('C1'));
        expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
    });

    it('shows nothing to a customer token that names no customer', async () => {
      expect(await idsOf('/v1/orders', { role: 'customer' })).toEqual([]);
    });

    it.each(['operator', 'service', 'admin'] as const)('shows everything to role %s', async (role) => {
      expect(await idsOf('/v1/orders', { role })).toHaveLength(4);
    });
  });

  describe('bad input', () => {
    const invalid = 'validation_failed';
    it.each([
      ['an operator', 'status[$ne]=x', 'unknown_field'],
      ['an operator in a known status', 'status[$ne]=PAID', 'unknown_field'],
      ['an operator as JSON', 'customerId={"$ne":null}', invalid],
      ['an unknown parameter', 'colour=red', 'unknown_field'],
      ['an unknown status', 'status=LOST', invalid],
      ['an empty status', 'status=', invalid],
      ['a repeated parameter', 'status=PAID&status=PENDING', invalid],
      ['a repeated limit', 'limit=1&limit=1', invalid],
      ['a malformed customer', 'customerId=a%20b', invalid],
      ['an e-mail that is only an asterisk', 'email=*', invalid],
      ['an e-mail with a null character', 'email=a%00*', invalid],
      ['an endless e-mail', `email=${'a'.repeat(300)}`, invalid],
      ['limit 0', 'limit=0', invalid],
      ['limit 101', 'limit=101', invalid],
      ['limit 1e9', 'limit=1e9', invalid],
      ['limit -1', 'limit=-1', invalid],
      ['limit 1.5', 'limit=1.5', invalid],
      ['a limit that is not a number', 'limit=ten', invalid],
      ['an empty limit', 'limit=', invalid],
      ['another sort', 'sort=customerEmail', invalid],
      ['a sort by the name of a property that every object has', 'sort=constructor', invalid],
      ['an amount without currency', 'minAmount=1', invalid],
      ['an upper amount without currency', 'maxAmount=1', invalid],
      ['an amount that is not an integer', 'minAmount=1.5&currency=GBP', invalid],
      ['an amount above the safe integers', 'minAmount=9007199254740993&currency=GBP', invalid],
      ['a lower amount above the upper', 'minAmount=2&maxAmount=1&currency=GBP', invalid],
      ['an unknown currency', 'currency=XXQ', invalid],
      ['a currency in lower case', 'currency=gbp', invalid],
      ['from after to', 'from=2010-12-02&to=2010-12-01', invalid],
      ['a malformed instant', 'from=yesterday', invalid],
      ['a day that does not exist', 'to=2010-02-30', invalid],
      ['a malformed cursor', 'cursor=abc', invalid],
      ['an empty cursor', 'cursor=', invalid],
      ['an endless cursor', `cursor=${'a'.repeat(2_000)}`, invalid],
    ])('%s: 400', async (_, query, code) => {
      const answer = await service.get(`/v1/orders?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code, correlationId: expect.any(String) } });
      expect(answer.headers['content-type']).toContain('application/problem+json');
    });

    it('a cursor with any one character changed: 400', async () => {
      await orders().put(...[orderListDocument(), orderListDocument()]);
      const { body } = await service.get('/v1/orders?limit=1');
      const cursor = body.nextCursor as string;
      for (let at = 0; at < cursor.length; at += 7) {
        const tampered = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
        expect(await service.get(`/v1/orders?limit=1&cursor=${tampered}`)).toMatchObject({ status: 400 });
      }
    });

    it('a missing or invalid token: 401', async () => {
      for (const authorization of ['', 'Bearer x', 'Basic eDp5']) {
        expect(await service.get('/v1/orders', { headers: { authorization } })).toMatchObject({
          status: 401,
          body: { code: 'unauthenticated' },
        });
      }
    });
  });
});
