import { address } from '../testing/shop.fixture';

export interface Shop {
  readonly customerId: readonly string[];
  readonly productId: readonly string[];
  readonly orderId: readonly string[];
}

/**
 * Customers, products with stock, and an order for every other order id, so that generated requests find existing data.
 */
export async function prepareShop(url: URL, authorization: string, shop: Shop): Promise<void> {
  let key = 0;
  const post = async (path: string, body: object) => {
    key += 1;
    const answer = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization, 'idempotency-key': `prepare-${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
  };
  const { customerId: customers, productId: products, orderId: orders } = shop;
  for (const customerId of customers) {
    await post('/v1/customers', { customerId, name: 'Ada', email: 'ada@example.com' });
  }
  for (const productId of products) {
    await post('/v1/products', { productId, name: 'Lamp', price: { amount: 1_299, currency: 'EUR' } });
    await post(`/v1/stock/${productId}/receive`, { quantity: 1_000_000 });
  }
  for (const [n, orderId] of orders.entries()) {
    if (n % 2 === 0) {
      const customerId = customers[n % customers.length]!;
      const items = [{ productId: products[n % products.length]!, quantity: 1 }];
      await post('/v1/orders', { orderId, customerId, items, shippingAddress: address });
    }
  }
}
