import { randomUUID } from 'node:crypto';
import { commandOf } from '@tidemark/contracts';
import { order } from '@tidemark/ordering';
import { commandHashOf, commandIdOf } from '@tidemark/platform';
import { eventually, issueToken } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { address, price, shopOf } from '../testing/shop.fixture';
import { derivedId } from '../write/derived-id';
import { LineFacts } from './line-facts';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;
let customerId: string;
let productId: string;

beforeAll(async () => {
  service = await startCommandService();
  shop = shopOf(service);
  [customerId, productId] = await Promise.all([shop.customer(), shop.product()]);
});
afterAll(() => service.stop());

/** Runs a request that must be refused, and checks that it left no event. */
async function refusal(...request: Parameters<TestCommandService['request']>) {
  const before = await service.eventCount();
  const { status, body, headers } = await service.request(...request);
  expect(await service.eventCount()).toBe(before);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  return {
    status,
    code: body.code as string,
    paths: (body.errors ?? []).map((e: { path: string }) => e.path),
  };
}

describe('POST /v1/orders', () => {
  it('creates an order with a snapshot of price, name and customer', async () => {
    const body = shop.orderBody(customerId, productId);
    const answer = await service.request('POST', '/v1/orders', { customer: customerId, body });
    const { id, consistencyToken } = answer.body;
    expect(answer).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, version: 1 },
      headers: { etag: '"1"', location: `/v1/orders/${id}`, 'consistency-token': consistencyToken },
    });
    const [created] = await service.events(`Order-${id}`);
    expect(created).toMatchObject({
      type: 'OrderCreated',
      metadata: { actor: `local-customer-${customerId}` },
      correlationId: answer.headers['x-correlation-id'],
      data: {
        customer: { id: customerId, name: 'Ada', email: 'ada@example.com' },
        lines: [
          { productId, productName: 'Lamp', quantity: 2, unitPrice: price(1_299), totalPrice: price(2_598) },
        ],
        total: price(2_598),
        shippingAddress: address,
        billingAddress: address,
      },
    });
    expect(`${created!.partition}:${created!.position}`).toBe(consistencyToken);
  });

  it('keeps the image of a product, and sells free products', async () => {
    const [gift, imageUrl] = [`P-${randomUUID()}`, 'https://images.example.com/gift.png'];
    const product = { productId: gift, name: 'Gift', imageUrl, price: price(0) };
    expect(await service.request('POST', '/v1/products', { body: product })).toMatchObject({ status: 201 });
    await service.request('POST', `/v1/stock/${gift}/receive`, { body: { quantity: 2 } });
    const [created] = await service.events(`Order-${await shop.order(customerId, gift)}`);
    expect(created).toMatchObject({
      data: {
        lines: [
          { productName: 'Gift', productImageUrl: imageUrl, unitPrice: price(0), totalPrice: price(0) },
        ],
        total: price(0),
      },
    });
  });

  it("accepts an id of the caller's choice once, and stores it in lower case", async () => {
    const orderId = randomUUID();
    const body = { ...shop.orderBody(customerId, productId), orderId: orderId.toUpperCase() };
    expect(await service.request('POST', '/v1/orders', { body })).toMatchObject({
      status: 201,
      body: { id: orderId },
    });
    expect(await refusal('POST', '/v1/orders', { body })).toMatchObject({
      status: 409,
      code: 'order_exists',
    });
  });

  it("reveals nothing to a customer that sends the id of another customer's order", async () => {
    const other = await shop.customer();
    const orderId = randomUUID();
    const as = (customer: string, ...products: string[]) => ({
      customer,
      body: { ...shop.orderBody(customer, ...products), orderId },
    });
    const placed = await service.request('POST', '/v1/orders', as(customerId, productId));
    expect(placed).toMatchObject({ status: 201, body: { id: orderId } });
    expect(await refusal('POST', '/v1/orders', as(other, productId))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    // The same answer as for a free id, whose order could not be placed either.
    for (const [products, code] of [
      [['no-such-product'], 'unknown_product'],
      [[productId, productId], 'duplicate_product'],
    ] as const) {
      expect(await refusal('POST', '/v1/orders', as(other, ...products))).toMatchObject({
        status: 422,
        code,
      });
    }
    for (const knows of [as(customerId, productId), { ...as(other, productId), customer: undefined }]) {
      expect(await refusal('POST', '/v1/orders', knows)).toMatchObject({ status: 409, code: 'order_exists' });
    }
  });

  it("refuses an id that is derived from another customer's command", async () => {
    const [other, key] = [await shop.customer(), 'order-1'];
    const orderId = derivedId('order', commandIdOf(`local-customer-${customerId}`, key));
    const place = (customer: string, ids: object) =>
      [
        'POST' as const,
        '/v1/orders',
        { customer, body: { ...shop.orderBody(customer, productId), ...ids }, key },
      ] as const;
    const before = await refusal(...place(other, { orderId }));
    expect(before).toMatchObject({ status: 400, code: 'validation_failed', paths: ['orderId'] });
    expect(await service.request(...place(customerId, {}))).toMatchObject({
      status: 201,
      body: { id: orderId },
    });
    expect(await refusal(...place(other, { orderId }))).toEqual(before);
  });

  it('accepts an agreed price only from a service', async () => {
    const items = [{ productId, quantity: 1, unitPrice: price(999) }];
    const body = { ...shop.orderBody(customerId), items };
    const answer = await service.request('POST', '/v1/orders', { body });
    const [created] = await service.events(`Order-${answer.body.id}`);
    expect(created).toMatchObject({ data: { total: price(999) } });
    for (const caller of [{ customer: customerId }, { role: 'operator' as const }]) {
      expect(await refusal('POST', '/v1/orders', { ...caller, body })).toEqual({
        status: 400,
        code: 'unknown_field',
        paths: ['items[0].unitPrice'],
      });
    }
  });

  it('gives the same answer for another customer and for an unknown customer', async () => {
    const other = await shop.customer();
    for (const id of [other, 'nobody']) {
      const body = shop.orderBody(id, productId);
      expect(await refusal('POST', '/v1/orders', { customer: customerId, body })).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
  });

  it.each([
    ['no items', { items: [] }, 'items'],
    ['no items field', { items: undefined }, 'items'],
    ['quantity 0', { items: [{ productId: 'P1', quantity: 0 }] }, 'items[0].quantity'],
    ['quantity -1', { items: [{ productId: 'P1', quantity: -1 }] }, 'items[0].quantity'],
    ['quantity 1.5', { items: [{ productId: 'P1', quantity: 1.5 }] }, 'items[0].quantity'],
    ['quantity "2"', { items: [{ productId: 'P1', quantity: '2' }] }, 'items[0].quantity'],
    ['quantity 1,000,001', { items: [{ productId: 'P1', quantity: 1_000_001 }] }, 'items[0].quantity'],
    ['a malformed product id', { items: [{ productId: 'a b', quantity: 1 }] }, 'items[0].productId'],
    ['a malformed order id', { orderId: 'order-1' }, 'orderId'],
    ['an unknown country', { shippingAddress: { ...address, country: 'XX' } }, 'shippingAddress.country'],
    ['null', { shippingMethod: null }, 'shippingMethod'],
  ])('answers 400 validation_failed to %s', async (_, change, path) => {
    const body = { ...shop.orderBody(customerId, productId), ...change };
    const { status, code, paths } = await refusal('POST', '/v1/orders', { body });
    expect({ status, code }).toEqual({ status: 400, code: 'validation_failed' });
    expect(paths).toContain(path);
  });

  it.each([
    ['malformed JSON', '{"customerId":', 400, 'malformed_json'],
    [
      'an unknown field',
      JSON.stringify({ customerId: 'C1', items: [], coupon: 'X' }),
      400,
      'validation_failed',
    ],
    ['a list', '[]', 400, 'validation_failed'],
    ['too much', JSON.stringify({ customerId: 'x'.repeat(33 * 1024) }), 413, 'payload_too_large'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await refusal('POST', '/v1/orders', { body })).toMatchObject({ status, code });
  });

  it('answers 400 unknown_field when an unknown field is the only fault', async () => {
    const body = { ...shop.orderBody(customerId, productId), coupon: 'X' };
    expect(await refusal('POST', '/v1/orders', { body })).toEqual({
      status: 400,
      code: 'unknown_field',
      paths: ['coupon'],
    });
  });

  it('answers 415 to another media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect(await refusal('POST', '/v1/orders', { body: 'x', headers })).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  });

  it('answers 422 to a refusal of the domain', async () => {
    const [scarce, euros, dollars, gone] = await Promise.all([
      shop.product(1),
      shop.product(),
      shop.product(10, price(500, 'USD')),
      shop.product(),
    ]);
    await service.request('POST', `/v1/products/${gone}/discontinue`);
    const eleven = await Promise.all(Array.from({ length: 11 }, () => shop.product(2)));
    for (const [body, code] of [
      [shop.orderBody('nobody', productId), 'unknown_customer'],
      [shop.orderBody(customerId, 'no-such-product'), 'unknown_product'],
      [shop.orderBody(customerId, gone), 'product_discontinued'],
      [shop.orderBody(customerId, ...eleven), 'order_item_limit'],
      [shop.orderBody(customerId, productId, productId), 'duplicate_product'],
      [shop.orderBody(customerId, euros, dollars), 'mixed_currency'],
      [shop.orderBody(customerId, scarce), 'insufficient_stock'],
    ] as const) {
      expect(await refusal('POST', '/v1/orders', { body })).toMatchObject({ status: 422, code });
    }
    const { body } = await service.request('POST', '/v1/orders', {
      body: shop.orderBody(customerId, scarce),
    });
    expect(String(body.detail).replace(scarce, '')).not.toMatch(/\d/);
  });
});

describe('an order whose own content breaks a rule', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['order_item_limit', Array.from({ length: 100 }, (_, n) => `P-${n}`)],
    ['duplicate_product', Array.from({ length: 10 }, () => 'P-1')],
  ])('is refused as %s before anything is looked up', async (code, products) => {
    const look = jest.spyOn(LineFacts.prototype, 'of');
    const body = shop.orderBody('nobody', ...products);
    expect(await refusal('POST', '/v1/orders', { body })).toMatchObject({ status: 422, code });
    expect(look).not.toHaveBeenCalled();
  });

  it('is refused as idempotency_key_reused under a key of another request', async () => {
    const key = randomUUID();
    await service.request('POST', '/v1/orders', { key, body: shop.orderBody(customerId, productId) });
    const body = shop.orderBody(customerId, productId, productId);
    expect(await refusal('POST', '/v1/orders', { key, body })).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });
});

describe('a pending order', () => {
  let orderId: string;
  let path: string;
  beforeEach(async () => {
    orderId = await shop.order(customerId, productId);
    path = `/v1/orders/${orderId}`;
  });

  it('gains and loses items', async () => {
    const lamp = await shop.product();
    const added = await service.request('POST', `${path}/items`, {
      customer: customerId,
      body: { productId: lamp, quantity: 3 },
    });
    expect(added).toMatchObject({ status: 200, body: { id: orderId, version: 2 }, headers: { etag: '"2"' } });
    const removed = await service.request('DELETE', `${path}/items/${productId}`, { customer: customerId });
    expect(removed).toMatchObject({ status: 200, body: { id: orderId, version: 3 } });
    expect((await service.events(`Order-${orderId}`)).map(({ type, data }) => [type, data])).toMatchObject([
      ['OrderCreated', {}],
      ['ItemAddedToOrder', { line: { productId: lamp, quantity: 3 }, total: price(2_598 + 3_897) }],
      ['ItemRemovedFromOrder', { productId, total: price(3_897) }],
    ]);
  });

  it('refuses to remove its last item, or an item that it does not have', async () => {
    expect(await refusal('DELETE', `${path}/items/${productId}`)).toMatchObject({
      status: 422,
      code: 'order_needs_an_item',
    });
    expect(await refusal('DELETE', `${path}/items/another`)).toMatchObject({
      status: 404,
      code: 'item_not_found',
    });
  });

  it('refuses an item that would break a rule of a new order', async () => {
    const [dollars, scarce, gone] = await Promise.all([
      shop.product(10, price(500, 'USD')),
      shop.product(1),
      shop.product(),
    ]);
    await service.request('POST', `/v1/products/${gone}/discontinue`);
    const add = (id: string, more: object = {}) =>
      refusal('POST', `${path}/items`, { body: { productId: id, quantity: 2, ...more } });
    const huge = { quantity: 1_000_000, unitPrice: price(1_000_000_000_000) };
    const plenty = await shop.product(1_000_000);
    for (const [answer, code] of [
      [add('no-such-product'), 'unknown_product'],
      [add(gone), 'product_discontinued'],
      [add(productId), 'duplicate_product'],
      [add(dollars), 'mixed_currency'],
      [add(scarce), 'insufficient_stock'],
      [add(plenty, huge), 'order_total_too_large'],
    ] as const) {
      expect(await answer).toMatchObject({ status: 422, code });
    }
    expect(
      await refusal('POST', `${path}/items`, {
        customer: customerId,
        body: { productId: plenty, quantity: 1, unitPrice: price(1) },
      }),
    ).toEqual({ status: 400, code: 'unknown_field', paths: ['unitPrice'] });
  });

  it('has ten items at most', async () => {
    const ten = await Promise.all(Array.from({ length: 10 }, () => shop.product()));
    const full = await shop.order(customerId, ...ten);
    expect(
      await refusal('POST', `/v1/orders/${full}/items`, { body: { productId, quantity: 1 } }),
    ).toMatchObject({ status: 422, code: 'order_item_limit' });
  });

  it('accepts another shipping address', async () => {
    const body = { ...address, city: 'York' };
    expect(await service.request('PUT', `${path}/shipping-address`, { body })).toMatchObject({ status: 200 });
    expect((await service.events(`Order-${orderId}`)).at(-1)).toMatchObject({
      type: 'ShippingAddressChanged',
      data: { shippingAddress: body },
    });
  });

  it('is cancelled at once, and then closed', async () => {
    const body = { reason: 'changed my mind' };
    const answer = await service.request('POST', `${path}/cancel`, { customer: customerId, body });
    expect(answer).toMatchObject({ status: 200, body: { id: orderId, version: 2 } });
    expect(await refusal('POST', `${path}/cancel`, { body })).toMatchObject({
      status: 409,
      code: 'order_already_cancelled',
    });
    for (const [method, route, change] of [
      ['POST', '/items', { productId, quantity: 1 }],
      ['DELETE', `/items/${productId}`, undefined],
      ['PUT', '/shipping-address', address],
      ['POST', '/payment', { method: { type: 'card', token: 'tok_ok' } }],
    ] as const) {
      expect(await refusal(method, `${path}${route}`, { body: change })).toMatchObject({
        status: 409,
        code: 'order_not_pending',
      });
    }
  });

  it('does not exist for another customer', async () => {
    const stranger = { customer: await shop.customer() };
    const missing = `/v1/orders/${randomUUID()}`;
    for (const at of [path, missing]) {
      for (const [method, route, body] of [
        ['POST', '/items', { productId, quantity: 1 }],
        ['DELETE', `/items/${productId}`, undefined],
        ['PUT', '/shipping-address', address],
        ['POST', '/payment', { method: { type: 'card', token: 'tok_ok' } }],
        ['POST', '/cancel', { reason: 'mine now' }],
      ] as const) {
        for (const headers of [undefined, { 'if-match': '"1"' }, { 'if-match': '"9"' }]) {
          expect(await refusal(method, `${at}${route}`, { ...stranger, body, headers })).toMatchObject({
            status: 404,
            code: 'not_found',
          });
        }
      }
    }
  });

  it('answers 400 to a malformed id', async () => {
    expect(await refusal('POST', '/v1/orders/not-a-uuid/cancel', { body: { reason: 'x' } })).toMatchObject({
      status: 400,
      code: 'validation_failed',
    });
  });

  it('is changed with If-Match only at that version', async () => {
    const change = (version: number, city: string) =>
      [
        'PUT',
        `${path}/shipping-address`,
        { body: { ...address, city }, headers: { 'if-match': `"${version}"` } },
      ] as const;
    expect(await service.request(...change(1, 'York'))).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    });
    expect(await refusal(...change(1, 'Leeds'))).toMatchObject({ status: 412, code: 'version_mismatch' });
    expect(await service.request(...change(2, 'Leeds'))).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
    });
  });

  it('accepts all of many simultaneous changes', async () => {
    const lamps = await Promise.all(Array.from({ length: 6 }, () => shop.product()));
    const answers = await Promise.all(
      lamps.map((lamp) =>
        service.request('POST', `${path}/items`, { body: { productId: lamp, quantity: 1 } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(lamps.map(() => 200));
    expect(await service.events(`Order-${orderId}`)).toHaveLength(1 + lamps.length);
  });
});

describe('an order that has reached its limit of changes', () => {
  let orderId: string;
  const readdressed = () => ({
    type: 'ShippingAddressChanged',
    data: { orderId, customerId, shippingAddress: address },
  });

  beforeAll(async () => {
    orderId = await shop.order(customerId, productId);
    const changes = Array.from({ length: 500 }, readdressed);
    await service.store.append({
      ...{ streamType: 'Order', aggregateId: orderId, partitionKey: customerId, expectedVersion: 1 },
      events: changes as [object, ...object[]] as never,
      command: { commandId: randomUUID(), commandHash: '00'.repeat(32), correlationId: 'c', actor: 'a' },
    });
  });

  it('takes no further change, from a customer or an operator', async () => {
    const item = { productId: await shop.product(), quantity: 1 };
    for (const caller of [{ customer: customerId }, { role: 'operator' as const }]) {
      for (const [method, path, body] of [
        ['PUT', 'shipping-address', address],
        ['POST', 'items', item],
        ['DELETE', `items/${productId}`, undefined],
      ] as const) {
        expect(
          await refusal(method, `/v1/orders/${orderId}/${path}`, { ...caller, ...(body && { body }) }),
        ).toMatchObject({
          status: 422,
          code: 'order_change_limit',
        });
      }
    }
  });

  it('can still be paid and shipped, and accepts one request to cancel', async () => {
    const paymentId = await shop.payment(orderId, 'tok_ok', { customer: customerId });
    const amount = price(2_598);
    await service.send(commandOf('PayOrder', { orderId, paymentId, amount }));
    await eventually(async () =>
      expect((await service.events(`Order-${orderId}`)).at(-1)?.type).toBe('OrderPaid'),
    );
    const cancel = () =>
      service.request('POST', `/v1/orders/${orderId}/cancel`, {
        customer: customerId,
        body: { reason: 'late' },
      });
    expect(await cancel()).toMatchObject({ status: 202 });
    expect(await cancel()).toMatchObject({ status: 422, body: { code: 'order_change_limit' } });
    await service.send(commandOf('MarkOrderShipped', { orderId, shipmentId: orderId }));
    await eventually(async () =>
      expect((await service.events(`Order-${orderId}`)).at(-1)?.type).toBe('OrderShipped'),
    );
  });
});

describe('a key that the same subject used for another customer', () => {
  const body = { ...address, city: 'York' };

  async function asOther(): Promise<string> {
    const subject = `local-customer-${customerId}`;
    return issueToken(service.authKey, { role: 'customer', customer: await shop.customer(), subject });
  }

  it("does not return the result of that customer's request", async () => {
    const path = `/v1/orders/${await shop.order(customerId, productId)}/shipping-address`;
    const key = randomUUID();
    const first = await service.request('PUT', path, { customer: customerId, body, key });
    expect(first).toMatchObject({ status: 200, body: { version: 2 } });

    expect(await refusal('PUT', path, { token: await asOther(), body, key })).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect(await service.request('PUT', path, { customer: customerId, body, key })).toEqual({
      ...first,
      headers: expect.anything(),
    });
  });

  it('repeats the answer to a command whose stored hash does not include the customer', async () => {
    const orderId = await shop.order(customerId, productId);
    const path = `/v1/orders/${orderId}/shipping-address`;
    const [subject, key] = [`local-customer-${customerId}`, randomUUID()];
    await service.store.append({
      ...{ streamType: order.streamType, aggregateId: orderId, partitionKey: customerId, expectedVersion: 1 },
      events: [{ type: 'ShippingAddressChanged', data: { orderId, customerId, shippingAddress: body } }],
      command: {
        commandId: commandIdOf(subject, key),
        commandHash: commandHashOf({ method: 'PUT', path, body }),
        correlationId: 'c',
        actor: subject,
      },
    });

    const repeat = { customer: customerId, body, key };
    expect(await service.request('PUT', path, repeat)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await service.events(`Order-${orderId}`)).toHaveLength(2);
    expect(await refusal('PUT', path, { ...repeat, body: address })).toMatchObject({
      code: 'idempotency_key_reused',
    });
  });
});

describe('an order that has reached its limit of payment attempts', () => {
  it('refuses another attempt, but can be changed and cancelled', async () => {
    const orderId = await shop.order(customerId, productId);
    const attempts = Array.from({ length: 10 }, () => {
      const ids = { paymentId: randomUUID(), orderId, customerId };
      return [
        {
          type: 'PaymentRequested',
          data: {
            ...ids,
            amount: price(2_598),
            method: { type: 'card', token: 'tok_declined' },
            expiresAt: '2999-01-01T00:00:00.000Z',
          },
        },
        { type: 'PaymentFailed', data: { ...ids, cause: 'DECLINED', reason: 'card_declined' } },
      ];
    }).flat();
    await service.store.append({
      ...{ streamType: 'Payment', aggregateId: orderId, partitionKey: customerId, expectedVersion: 'none' },
      events: attempts as [object, ...object[]] as never,
      command: { commandId: randomUUID(), commandHash: '00'.repeat(32), correlationId: 'c', actor: 'a' },
    });
    const method = { type: 'card', token: 'tok_ok' };
    for (const caller of [{ customer: customerId }, { role: 'operator' as const }]) {
      expect(
        await refusal('POST', `/v1/orders/${orderId}/payment`, { ...caller, body: { method } }),
      ).toMatchObject({
        status: 422,
        code: 'payment_attempt_limit',
      });
    }
    const own = { customer: customerId };
    expect(
      await service.request('PUT', `/v1/orders/${orderId}/shipping-address`, { ...own, body: address }),
    ).toMatchObject({ status: 200 });
    expect(
      await service.request('POST', `/v1/orders/${orderId}/cancel`, { ...own, body: { reason: 'r' } }),
    ).toMatchObject({ status: 200 });
  });
});
