import { RequestRefusedError, type WriteResult } from '@tidemark/client';
import type { PlannedOrder, PlannedProduct } from '../replay/plan-replay';
import type { TidemarkClient } from './tidemark-client';

/*
 * The requests that the demo and the replay share. A key that only names the request's subject makes the request the
 * same in every run. With `run` in its key, it is a new request.
 */

/**
 * `made`: it is there as requested, made now or by the same request before. `kept`: it was there already with other
 * content, and stays as it is.
 */
export type Made = 'made' | 'kept';

export function registerCustomer(client: TidemarkClient, id: string): Promise<Made> {
  const body = { customerId: id, name: `Customer ${id}`, email: `${id}@online-retail.example` };
  return make(client.post('/v1/customers', body, `shop-customer-${id}`));
}

export function addProduct(client: TidemarkClient, product: PlannedProduct): Promise<Made> {
  const { sku, name, price } = product;
  const body = { productId: sku, name, price: { amount: price, currency: 'GBP' } };
  return make(client.post('/v1/products', body, `shop-product-${sku}`));
}

/**
 * The codes of refusals that mean that the record already exists with different content. One of them is a reused key,
 * because the key names the record and not its content.
 */
const existsAlready = new Set([
  'idempotency_key_reused',
  'customer_exists',
  'product_exists',
  'order_exists',
]);

async function make(write: Promise<WriteResult>): Promise<Made> {
  try {
    await write;
    return 'made';
  } catch (error) {
    if (error instanceof RequestRefusedError && existsAlready.has(error.code)) {
      return 'kept';
    }
    throw error;
  }
}

export function receiveStock(
  client: TidemarkClient,
  product: PlannedProduct,
  run: string,
): Promise<WriteResult> {
  const { sku, sold, batch } = product;
  return client.post(
    `/v1/stock/${sku}/receive`,
    { quantity: sold, reference: run },
    `shop-stock-${run}-${batch}`,
  );
}

export interface LoseStockOptions {
  readonly sku: string;
  /** The idempotency key. Repeated requests with the same key remove the stock only once. */
  readonly key: string;
  /** The consistency token of a write. The stock is read after that write. */
  readonly consistencyToken?: string;
}

/**
 * Removes all available stock. Use it after the order was placed, because an order without enough stock would be
 * refused. The same key removes stock only once, even if more stock has arrived since.
 */
export async function loseStock(client: TidemarkClient, options: LoseStockOptions): Promise<void> {
  const { sku, key, consistencyToken } = options;
  const stock = await client.get<{ available: number }>(`/v1/stock/${sku}`, consistencyToken);
  if (!stock || stock.available === 0) {
    return;
  }
  const body = { quantity: -stock.available, reason: 'lost before it could be reserved' };
  try {
    await client.post(`/v1/stock/${sku}/adjust`, body, `shop-lost-${key}`);
  } catch (error) {
    if (!(error instanceof RequestRefusedError && error.code === 'idempotency_key_reused')) {
      throw error;
    }
  }
}

export interface PlaceOrderOptions {
  readonly orderId: string;
  readonly order: PlannedOrder;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Whether to set the prices of the plan instead of using those of the catalogue. */
  readonly agreedPrices: boolean;
}

export function placeOrder(client: TidemarkClient, options: PlaceOrderOptions): Promise<Made> {
  const { orderId, order, city, country } = options;
  const items = order.items.map(({ sku, quantity, unitPrice }) => ({
    productId: sku,
    quantity,
    ...(options.agreedPrices && { unitPrice: { amount: unitPrice, currency: 'GBP' } }),
  }));
  const shippingAddress = {
    name: `Customer ${order.customerId}`,
    line1: '1 Harbour Street',
    city,
    postalCode: '00000',
    country,
  };
  const body = { orderId, customerId: order.customerId, items, shippingAddress };
  return make(client.post('/v1/orders', body, `shop-order-${orderId}`));
}

export function payOrder(client: TidemarkClient, orderId: string, cardToken: string): Promise<WriteResult> {
  const body = { method: { type: 'card', token: cardToken } };
  return client.post(`/v1/orders/${orderId}/payment`, body, `shop-payment-${orderId}`);
}

/**
 * Dispatches and delivers. It can be repeated: because of the idempotency keys, the order is dispatched and delivered
 * only once.
 */
export async function shipOrder(client: TidemarkClient, shipmentId: string): Promise<void> {
  const parcel = { carrier: 'Harbour Post', trackingNumber: `HP-${shipmentId.slice(0, 8)}` };
  await client.post(`/v1/shipments/${shipmentId}/dispatch`, parcel, `shop-dispatch-${shipmentId}`);
  await client.post(`/v1/shipments/${shipmentId}/deliver`, undefined, `shop-deliver-${shipmentId}`);
}
