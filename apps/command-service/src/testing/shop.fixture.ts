import { randomUUID } from 'node:crypto';
import type { SendRequest, TestAnswer, TestRequest } from './requests.fixture';

export const address = { name: 'Ada', line1: '1 Quay', city: 'Hull', postalCode: 'HU1', country: 'GB' };

export function price(amount: number, currency = 'EUR') {
  return { amount, currency };
}

/** Ways to fill a service with customers, products and orders; each fails if the service refuses it. */
export function shopOf(service: { readonly request: SendRequest }) {
  async function done(request: Promise<TestAnswer>): Promise<TestAnswer> {
    const answer = await request;
    if (answer.status >= 300) {
      throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }

  async function customer(customerId = `C-${randomUUID()}`): Promise<string> {
    const body = { customerId, name: 'Ada', email: 'ada@example.com' };
    await done(service.request('POST', '/v1/customers', { body }));
    return customerId;
  }

  /** 12.99 EUR a piece by default. */
  async function product(stock = 100, unitPrice = price(1_299)): Promise<string> {
    const productId = `P-${randomUUID()}`;
    const body = { productId, name: 'Lamp', price: unitPrice };
    await done(service.request('POST', '/v1/products', { body }));
    if (stock > 0) {
      await done(service.request('POST', `/v1/stock/${productId}/receive`, { body: { quantity: stock } }));
    }
    return productId;
  }

  function orderBody(customerId: string, ...productIds: string[]) {
    const items = productIds.map((productId) => ({ productId, quantity: 2 }));
    return { customerId, items, shippingAddress: address };
  }

  async function order(customerId: string, ...productIds: string[]): Promise<string> {
    const body = orderBody(customerId, ...productIds);
    return String((await done(service.request('POST', '/v1/orders', { body }))).body.id);
  }

  async function payment(orderId: string, token = 'tok_ok', request: TestRequest = {}): Promise<string> {
    const body = { method: { type: 'card', token } };
    return String(
      (await done(service.request('POST', `/v1/orders/${orderId}/payment`, { ...request, body }))).body.id,
    );
  }

  return { customer, product, orderBody, order, payment };
}
