import { randomUUID } from 'node:crypto';
import type { TestCommandService } from '../command-service.fixture';
import { address, shopOf } from '../shop.fixture';
import type { WriteRoute, WriteRoutes } from './write-route.fixture';

const roles = ['customer', 'operator', 'service'] as const;
const card = { method: { type: 'card', token: 'tok_ok' } };
const cancellation = { reason: 'changed my mind' };
/** Why a line may not be in an order. */
const lineCodes = [
  'unknown_product',
  'product_discontinued',
  'order_item_limit',
  'duplicate_product',
  'mixed_currency',
  'insufficient_stock',
  'order_total_too_large',
];
const nobodys = `/v1/orders/${randomUUID()}`;

export function orderRoutesOf(service: TestCommandService): WriteRoutes {
  const shop = shopOf(service);

  async function pending(customer: string, ...products: string[]): Promise<string> {
    await shop.customer(customer);
    return `/v1/orders/${await shop.order(customer, ...products)}`;
  }

  async function cancelled(customer: string): Promise<string> {
    const path = await pending(customer, await shop.product());
    await service.request('POST', `${path}/cancel`, { body: cancellation });
    return path;
  }

  /** A route that accepts the same body for every order, but only for pending orders. */
  function change(
    suffix: string,
    body: object,
    status: WriteRoute['status'],
    limit: string,
    code = 'order_not_pending',
    ...more: string[]
  ): WriteRoute {
    const at = (path: string) => ({ path: `${path}${suffix}`, body });
    return {
      roles,
      status,
      codes: { 404: ['not_found'], 409: [code, ...more], 422: [limit] },
      valid: async (customer) => at(await pending(customer, await shop.product())),
      missing: at(nobodys),
      refused: { status: 409, code, request: async (customer) => at(await cancelled(customer)) },
    };
  }

  return {
    'POST /v1/orders': {
      roles,
      status: 201,
      codes: { 404: ['not_found'], 409: ['order_exists'], 422: ['unknown_customer', ...lineCodes] },
      valid: async (customer) => {
        await shop.customer(customer);
        return { path: '/v1/orders', body: shop.orderBody(customer, await shop.product()) };
      },
      refused: {
        status: 422,
        code: 'unknown_product',
        request: async (customer) => {
          await shop.customer(customer);
          return { path: '/v1/orders', body: shop.orderBody(customer, 'none') };
        },
      },
    },
    'POST /v1/orders/:id/items': {
      roles,
      status: 200,
      codes: { 404: ['not_found'], 409: ['order_not_pending'], 422: [...lineCodes, 'order_change_limit'] },
      valid: async (customer) => ({
        path: `${await pending(customer, await shop.product())}/items`,
        body: { productId: await shop.product(), quantity: 1 },
      }),
      missing: { path: `${nobodys}/items`, body: { productId: 'P1', quantity: 1 } },
      refused: {
        status: 422,
        code: 'unknown_product',
        request: async (customer) => ({
          path: `${await pending(customer, await shop.product())}/items`,
          body: { productId: 'none', quantity: 1 },
        }),
      },
    },
    'DELETE /v1/orders/:id/items/:productId': {
      roles,
      status: 200,
      codes: {
        404: ['not_found', 'item_not_found'],
        409: ['order_not_pending'],
        422: ['order_needs_an_item', 'order_change_limit'],
      },
      valid: async (customer) => {
        const product = await shop.product();
        return { path: `${await pending(customer, product, await shop.product())}/items/${product}` };
      },
      missing: { path: `${nobodys}/items/P1` },
      refused: {
        status: 422,
        code: 'order_needs_an_item',
        request: async (customer) => {
          const product = await shop.product();
          return { path: `${await pending(customer, product)}/items/${product}` };
        },
      },
    },
    'PUT /v1/orders/:id/shipping-address': change(
      '/shipping-address',
      { ...address, city: 'York' },
      200,
      'order_change_limit',
    ),
    'POST /v1/orders/:id/payment': change(
      '/payment',
      card,
      202,
      'payment_attempt_limit',
      'order_not_pending',
      'payment_in_progress',
    ),
    'POST /v1/orders/:id/cancel': change(
      '/cancel',
      cancellation,
      200,
      'order_change_limit',
      'order_already_cancelled',
      'order_already_shipped',
    ),
  };
}
