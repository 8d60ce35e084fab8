import { randomUUID } from 'node:crypto';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import type { SendRequest } from '../testing/requests.fixture';
import { price, shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let here: SendRequest;
let there: SendRequest;

beforeAll(async () => {
  service = await startCommandService();
  here = service.request;
  there = await service.startReplica();
});
afterAll(() => service.stop());

/** A replica's memory must never affect answers, so each scene is played in both directions. */
describe.each([
  ['this replica', () => [here, there] as const],
  ['the other replica', () => [there, here] as const],
])('after a write at %s, the reader', (_, replicas) => {
  let writer: SendRequest;
  let reader: SendRequest;
  let shop: ReturnType<typeof shopOf>;
  let customerId: string;
  let productId: string;

  beforeAll(async () => {
    [writer, reader] = replicas();
    shop = shopOf({ request: writer });
    customerId = await shop.customer();
    productId = await shop.product(100);
    // Now the reader has customer, product and stock in memory.
    expect(await order(1)).toMatchObject({ status: 201 });
  });

  const order = (quantity: number, items = [{ productId, quantity }]) =>
    reader('POST', '/v1/orders', { body: { ...shop.orderBody(customerId), items } });

  it('sells at the new price', async () => {
    for (const amount of [2_000, 3_000, 4_000]) {
      await writer('PUT', `/v1/products/${productId}/price`, { body: { price: price(amount) } });
      const { body } = await order(1);
      expect((await service.events(`Order-${body.id}`))[0]).toMatchObject({ data: { total: price(amount) } });
    }
  });

  it("writes the customer's new name into its orders", async () => {
    await writer('PUT', `/v1/customers/${customerId}/contact`, { body: { name: 'Grace' } });
    const { body } = await order(1);
    expect((await service.events(`Order-${body.id}`))[0]).toMatchObject({
      data: { customer: { name: 'Grace' } },
    });
  });

  it('sells as much as is in stock now', async () => {
    const adjust = (quantity: number) =>
      writer('POST', `/v1/stock/${productId}/adjust`, { body: { quantity, reason: 'count' } });
    await adjust(-99);
    expect(await order(2)).toMatchObject({ status: 422, body: { code: 'insufficient_stock' } });
    await adjust(1);
    expect(await order(2)).toMatchObject({ status: 201 });
    await adjust(50);
  });

  it('finds a customer, a product and stock that did not exist a moment ago', async () => {
    const [newCustomer, newProduct] = [`C-${randomUUID()}`, `P-${randomUUID()}`];
    const place = () => reader('POST', '/v1/orders', { body: shop.orderBody(newCustomer, newProduct) });
    expect(await place()).toMatchObject({ body: { code: 'unknown_customer' } });
    await shop.customer(newCustomer);
    expect(await place()).toMatchObject({ body: { code: 'unknown_product' } });
    await writer('POST', '/v1/products', { body: { productId: newProduct, name: 'Lamp', price: price(1) } });
    expect(await place()).toMatchObject({ body: { code: 'insufficient_stock' } });
    await writer('POST', `/v1/stock/${newProduct}/receive`, { body: { quantity: 2 } });
    expect(await place()).toMatchObject({ status: 201 });
  });

  it("requests a payment of the order's new total", async () => {
    const orderId = String((await order(1)).body.id);
    const added = await shop.product(5, price(500));
    await writer('POST', `/v1/orders/${orderId}/items`, { body: { productId: added, quantity: 1 } });
    await reader('POST', `/v1/orders/${orderId}/payment`, {
      body: { method: { type: 'card', token: 'tok_ok' } },
    });
    expect(await service.events(`Payment-${orderId}`)).toMatchObject([{ data: { amount: price(4_500) } }]);
  });

  it('refuses a product that was discontinued', async () => {
    const doomed = await shop.product(10);
    expect(await order(0, [{ productId: doomed, quantity: 1 }])).toMatchObject({ status: 201 });
    await writer('POST', `/v1/products/${doomed}/discontinue`);
    expect(await order(0, [{ productId: doomed, quantity: 1 }])).toMatchObject({
      body: { code: 'product_discontinued' },
    });
  });
});

describe('one command that is sent to both replicas', () => {
  it('takes effect once, and both answer alike', async () => {
    const shop = shopOf(service);
    const [customerId, productId] = [await shop.customer(), await shop.product()];
    for (let round = 0; round < 5; round += 1) {
      const request = { key: randomUUID(), body: shop.orderBody(customerId, productId) };
      const before = await service.eventCount();
      const answers = await Promise.all(
        [here, there, here, there].map((send) => send('POST', '/v1/orders', request)),
      );
      for (const { status, body } of answers) {
        expect({ status, body: body as object }).toEqual({ status: 201, body: answers[0]!.body as object });
      }
      expect(await service.eventCount()).toBe(before + 1);
    }
  });

  it('takes effect at one of them only, if both requests have the same If-Match', async () => {
    const customerId = await shopOf(service).customer();
    for (let version = 1; version <= 5; version += 1) {
      const answers = await Promise.all(
        [here, there].map((send, n) =>
          send('PUT', `/v1/customers/${customerId}/contact`, {
            headers: { 'if-match': `"${version}"` },
            body: { name: `Ada ${version}-${n}` },
          }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    }
  });
});
