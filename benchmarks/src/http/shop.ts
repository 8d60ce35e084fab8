import { v7 as uuidv7 } from 'uuid';
import type { JsonClient } from './json-client';

const customers = 100;
const products = 50;

/** Customers, products, and more stock than any run can sell. */
export async function stockShop(client: JsonClient): Promise<void> {
  for (let n = 0; n < customers; n += 1) {
    await post(client, '/v1/customers', {
      customerId: `C${n}`,
      name: `Customer ${n}`,
      email: `customer-${n}@shop.example`,
    });
  }
  for (let n = 0; n < products; n += 1) {
    const price = { amount: 2_490, currency: 'EUR' };
    await post(client, '/v1/products', { productId: `SKU-${n}`, name: 'Pour-over dripper', price });
    await post(client, `/v1/stock/SKU-${n}/receive`, { quantity: 1_000_000 });
  }
}

/**
 * Creates an order of any of the customers, with `lines` different products.
 *
 * @returns the id of the order
 */
export function placeOrder(client: JsonClient, lines = 1): Promise<string> {
  const first = Math.floor(Math.random() * products);
  return post(client, '/v1/orders', {
    customerId: `C${Math.floor(Math.random() * customers)}`,
    items: Array.from({ length: lines }, (_, line) => ({
      productId: `SKU-${(first + line) % products}`,
      quantity: 1 + Math.floor(Math.random() * 9),
    })),
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: '12 St James Square',
      city: 'London',
      postalCode: 'SW1Y 4JH',
      country: 'GB',
    },
  });
}

/** @returns the id of the created aggregate */
export async function post(client: JsonClient, path: string, body: object): Promise<string> {
  const { status, body: answer } = await client.post(path, body, { 'idempotency-key': uuidv7() });
  if (status >= 300) {
    throw new Error(`POST ${path} was answered with ${status}: ${JSON.stringify(answer)}`);
  }
  return (answer as { id: string }).id;
}
