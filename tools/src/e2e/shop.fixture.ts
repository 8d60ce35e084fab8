import type { WriteResult } from '@tidemark/client';
import { randomUUID } from 'node:crypto';
import type { TidemarkClient } from '../client/tidemark-client';

/** The products that the tests of a running system buy. */
export interface Shop {
  readonly customerId: string;
  readonly productId: string;
}

/** Values that no log may contain. */
export const customer = {
  name: 'Wilhelmina Quillfeather',
  email: 'quillfeather@planted.example',
  phone: '+491705550123',
  line1: '77 Gooseberry Lane',
} as const;

export const card = 'tok_ok';

/** In cents. */
export const price = 100;

export async function openShop(client: TidemarkClient, stock: number): Promise<Shop> {
  const shop = { customerId: randomUUID(), productId: randomUUID() };
  const { customerId, productId } = shop;
  const { name, email, phone } = customer;
  await client.post('/v1/customers', { customerId, name, email, phone }, randomUUID());
  const product = { productId, name: 'Mug', price: { amount: price, currency: 'EUR' } };
  await client.post('/v1/products', product, randomUUID());
  await client.post(`/v1/stock/${productId}/receive`, { quantity: stock }, randomUUID());
  return shop;
}

/** The body of an order of one piece of the shop's product. */
export function orderOf({ customerId, productId }: Shop) {
  const { name, line1 } = customer;
  const shippingAddress = { name, line1, city: 'Bristol', postalCode: 'BS1', country: 'GB' };
  return { orderId: randomUUID(), customerId, items: [{ productId, quantity: 1 }], shippingAddress };
}

export const paymentBody = { method: { type: 'card', token: card } };

export async function placeOrder(
  client: TidemarkClient,
  shop: Shop,
): Promise<WriteResult & { readonly orderId: string }> {
  const order = orderOf(shop);
  const result = await client.post('/v1/orders', order, randomUUID());
  return { ...result, orderId: order.orderId };
}

export function payOrder(client: TidemarkClient, orderId: string): Promise<WriteResult> {
  return client.post(`/v1/orders/${orderId}/payment`, paymentBody, randomUUID());
}
