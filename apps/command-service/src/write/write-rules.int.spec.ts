import { randomUUID } from 'node:crypto';
import { VersionConflictError } from '@tidemark/event-store';
import { MeteredEventStore } from './metered-event-store';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import type { TestAnswer } from '../testing/requests.fixture';
import { price, shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;

beforeAll(async () => {
  service = await startCommandService();
  shop = shopOf(service);
});
afterAll(() => service.stop());

function newCustomer() {
  return { customerId: `C-${randomUUID()}`, name: 'Ada', email: 'ada@example.com' };
}

describe('who may write', () => {
  it('answers 401 without a token and with a wrong one', async () => {
    const before = await service.eventCount();
    for (const token of [null, 'nonsense', `${'x'.repeat(20)}.${'y'.repeat(20)}.${'z'.repeat(20)}`]) {
      const answer = await service.request('POST', '/v1/customers', { token, body: newCustomer() });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
    expect(await service.eventCount()).toBe(before);
  });

  it('answers 403 to a role that may not write', async () => {
    const before = await service.eventCount();
    const product = { productId: 'P1', name: 'Lamp', price: price(1) };
    for (const [path, body, role] of [
      ['/v1/products', product, 'operator'],
      ['/v1/products', product, 'customer'],
      ['/v1/customers', newCustomer(), 'operator'],
      ['/v1/stock/P1/receive', { quantity: 1 }, 'customer'],
      [`/v1/shipments/${randomUUID()}/dispatch`, { carrier: 'x', trackingNumber: 'y' }, 'customer'],
    ] as const) {
      const answer = await service.request('POST', path, { role, body });
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await service.eventCount()).toBe(before);
  });

  it('lets a customer register itself and change its own contact only', async () => {
    const customer = `C-${randomUUID()}`;
    const body = { name: 'Eve', email: 'eve@example.com' };
    const registered = await service.request('POST', '/v1/customers', { customer, body });
    expect(registered).toMatchObject({ status: 201, body: { id: customer } });
    const own = await service.request('PUT', `/v1/customers/${customer}/contact`, {
      customer,
      body: { phone: '+4930123456' },
    });
    expect(own).toMatchObject({ status: 200, body: { id: customer, version: 2 } });
    const other = await shop.customer();
    const foreign = await service.request('PUT', `/v1/customers/${other}/contact`, { customer, body });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('idempotency', () => {
  it('needs a key', async () => {
    const body = newCustomer();
    expect(await service.request('POST', '/v1/customers', { key: null, body })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    });
    expect(await service.request('POST', '/v1/customers', { key: 'a key', body })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });

  it('returns the first success again, even if the request would now be refused', async () => {
    const [customer, productId, key] = [await shop.customer(), await shop.product(2), randomUUID()];
    const create = () =>
      service.request('POST', '/v1/orders', { key, body: shop.orderBody(customer, productId) });
    const first = await create();
    expect(first.status).toBe(201);
    await service.request('POST', `/v1/stock/${productId}/adjust`, {
      body: { quantity: -2, reason: 'gone' },
    });
    await service.request('POST', `/v1/products/${productId}/discontinue`);
    await service.request('POST', `/v1/orders/${first.body.id}/cancel`, { body: { reason: 'gone' } });
    const before = await service.eventCount();
    const second = await create();
    expect(second).toMatchObject({ status: 201, body: first.body });
    for (const header of ['etag', 'location', 'consistency-token']) {
      expect(second.headers[header]).toBe(first.headers[header]);
    }
    expect(await service.eventCount()).toBe(before);
  });

  it('gives many simultaneous repeats the same success', async () => {
    const request = { key: randomUUID(), body: newCustomer() };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => service.request('POST', '/v1/customers', request)),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 201, body: answers[0]!.body });
    }
    expect(await service.events(`Customer-${request.body.customerId}`)).toHaveLength(1);
  });

  it('refuses the key with another body, and accepts it from another caller', async () => {
    const key = randomUUID();
    await service.request('POST', '/v1/customers', { key, body: newCustomer() });
    const before = await service.eventCount();
    expect(await service.request('POST', '/v1/customers', { key, body: newCustomer() })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await service.eventCount()).toBe(before);
    const admin = await service.request('POST', '/v1/customers', { role: 'admin', key, body: newCustomer() });
    expect(admin.status).toBe(201);
  });

  it.each([
    ['price', (amount: number) => ({ price: price(amount) })],
    ['details', (number: number) => ({ name: `Lamp ${number}` })],
  ])('remembers a change of %s that changed nothing', async (what, body) => {
    const path = `/v1/products/${await shop.product(0)}/${what}`;
    await expectRemembered((key, number) => service.request('PUT', path, { key, body: body(number) }));
  });

  it('remembers a change of contact that changed nothing', async () => {
    const path = `/v1/customers/${await shop.customer()}/contact`;
    await expectRemembered((key, number) =>
      service.request('PUT', path, { key, body: { name: `Ada ${number}` } }),
    );
  });

  async function expectRemembered(change: (key: string, value: number) => Promise<TestAnswer>) {
    const key = randomUUID();
    await change(randomUUID(), 20);
    const first = await change(key, 20);
    expect(first).toMatchObject({ status: 200, body: { version: 3 }, headers: { etag: '"3"' } });
    expect((await change(randomUUID(), 30)).body).toMatchObject({ version: 4 });
    const before = await service.eventCount();
    expect(await change(key, 20)).toMatchObject({ status: 200, body: first.body });
    expect(await change(key, 40)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await service.eventCount()).toBe(before);
  }

  it('decides a refused command again when it is repeated', async () => {
    const [key, customer, productId] = [randomUUID(), await shop.customer(), await shop.product(0)];
    const create = () =>
      service.request('POST', '/v1/orders', { key, body: shop.orderBody(customer, productId) });
    expect(await create()).toMatchObject({ status: 422, body: { code: 'insufficient_stock' } });
    await service.request('POST', `/v1/stock/${productId}/receive`, { body: { quantity: 5 } });
    expect((await create()).status).toBe(201);
  });
});

describe('a stream that others write to', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gets 409 if it has moved on at every attempt, and nothing is stored', async () => {
    const customerId = await shop.customer();
    const before = await service.eventCount();
    const append = jest.fn(() => Promise.reject(new VersionConflictError(`Customer-${customerId}`, 1)));
    jest.spyOn(MeteredEventStore.prototype, 'append').mockImplementation(append);
    // Replicas of an earlier release take no turns, so a turn may lose to them as well.
    jest.spyOn(MeteredEventStore.prototype, 'inTurn').mockImplementation((_, work) => work(append));
    const body = { name: 'Eve' };
    const change = () => service.request('PUT', `/v1/customers/${customerId}/contact`, { body });

    expect(await change()).toMatchObject({ status: 409, body: { code: 'concurrent_modification' } });
    expect(append.mock.calls.length).toBeGreaterThan(10);
    expect(append.mock.calls.length).toBeLessThan(15);
    jest.restoreAllMocks();
    expect(await service.eventCount()).toBe(before);
    expect(await change()).toMatchObject({ status: 200, body: { version: 2 } });
  });
});

describe('the catalogue and the stock', () => {
  it('adds a product once, changes it, and discontinues it', async () => {
    const productId = await shop.product(0);
    const path = `/v1/products/${productId}`;
    const again = { productId, name: 'Lamp', price: price(1) };
    expect(await service.request('POST', '/v1/products', { body: again })).toMatchObject({
      status: 409,
      body: { code: 'product_exists' },
    });
    const details = { name: 'Desk lamp', imageUrl: 'https://example.com/lamp.png' };
    expect(await service.request('PUT', `${path}/details`, { body: details })).toMatchObject({
      status: 200,
      body: { id: productId, version: 2 },
    });
    expect(await service.request('PUT', `${path}/price`, { body: { price: price(2_000) } })).toMatchObject({
      status: 200,
      body: { version: 3 },
    });
    expect(await service.request('POST', `${path}/discontinue`)).toMatchObject({
      status: 200,
      body: { version: 4 },
    });
    for (const answer of [
      await service.request('PUT', `${path}/price`, { body: { price: price(1) } }),
      await service.request('POST', `${path}/discontinue`),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'product_discontinued' } });
    }
    expect(
      await service.request('PUT', '/v1/products/none/price', { body: { price: price(1) } }),
    ).toMatchObject({
      status: 404,
    });
  });

  it('receives and adjusts stock', async () => {
    const productId = await shop.product(5);
    const adjust = (quantity: number) =>
      service.request('POST', `/v1/stock/${productId}/adjust`, {
        role: 'operator',
        body: { quantity, reason: 'count' },
      });
    expect(await adjust(-5)).toMatchObject({ status: 200, body: { id: productId, version: 2 } });
    expect(await adjust(-1)).toMatchObject({ status: 422, body: { code: 'stock_would_be_negative' } });
    for (const [path, body] of [
      ['receive', { quantity: 1 }],
      ['adjust', { quantity: 1, reason: 'count' }],
    ] as const) {
      const at = (version: number) =>
        service.request('POST', `/v1/stock/${productId}/${path}`, {
          headers: { 'if-match': `"${version}"` },
          body,
        });
      const { length: version } = await service.events(`StockItem-${productId}`);
      expect(await at(version - 1)).toMatchObject({ status: 412, body: { code: 'version_mismatch' } });
      expect(await at(version)).toMatchObject({ status: 200, headers: { etag: `"${version + 1}"` } });
      expect(await at(version)).toMatchObject({ status: 412 });
    }
    expect(await adjust(0)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    for (const [path, body] of [
      ['receive', { quantity: 1 }],
      ['adjust', { quantity: 1, reason: 'count' }],
    ] as const) {
      expect(await service.request('POST', `/v1/stock/none/${path}`, { body })).toMatchObject({
        status: 422,
        body: { code: 'unknown_product' },
      });
    }
  });

  it('puts the streams of a product into one partition, and the streams of a customer into one partition', async () => {
    const [customer, productId] = [await shop.customer(), await shop.product()];
    const orderId = await shop.order(customer, productId);
    await shop.payment(orderId);
    const partitionsOf = async (...streams: string[]) =>
      new Set(await Promise.all(streams.map((s) => service.streamPartition(s))));
    expect(await partitionsOf(`Product-${productId}`, `StockItem-${productId}`)).toHaveProperty('size', 1);
    expect(
      await partitionsOf(`Customer-${customer}`, `Order-${orderId}`, `Payment-${orderId}`),
    ).toHaveProperty('size', 1);
  });
});
