import { randomUUID } from 'node:crypto';
import type { TestCommandService } from '../command-service.fixture';
import { price, shopOf } from '../shop.fixture';
import type { WriteRequest, WriteRoute, WriteRoutes } from './write-route.fixture';

const catalogue = ['service'] as const;
const warehouse = ['operator', 'service'] as const;

/** The catalogue's routes, and those of the stock. */
export function productRoutesOf(service: TestCommandService): WriteRoutes {
  const shop = shopOf(service);
  const addition = (productId: string) => ({
    path: '/v1/products',
    body: { productId, name: 'Lamp', price: price(1) },
  });

  function change(suffix: string, body?: object): WriteRoute {
    const at = (productId: string): WriteRequest => ({
      path: `/v1/products/${productId}${suffix}`,
      ...(body && { body }),
    });
    return {
      roles: catalogue,
      status: 200,
      codes: { 404: ['not_found'], 409: ['product_discontinued'] },
      valid: async () => at(await shop.product(0)),
      missing: at('none'),
      refused: {
        status: 409,
        code: 'product_discontinued',
        request: async () => {
          const productId = await shop.product(0);
          await service.request('POST', `/v1/products/${productId}/discontinue`);
          return at(productId);
        },
      },
    };
  }

  return {
    'POST /v1/products': {
      roles: catalogue,
      status: 201,
      codes: { 409: ['product_exists'] },
      valid: () => Promise.resolve(addition(`P-${randomUUID()}`)),
      refused: {
        status: 409,
        code: 'product_exists',
        request: async () => addition(await shop.product(0)),
      },
    },
    'PUT /v1/products/:id/price': change('/price', { price: price(2_000) }),
    'PUT /v1/products/:id/details': change('/details', { name: 'Desk lamp' }),
    'POST /v1/products/:id/discontinue': change('/discontinue'),
    'POST /v1/stock/:productId/receive': {
      roles: warehouse,
      status: 200,
      codes: { 422: ['unknown_product'] },
      valid: async () => ({
        path: `/v1/stock/${await shop.product(0)}/receive`,
        body: { quantity: 1, reference: 'note 7' },
      }),
      refused: {
        status: 422,
        code: 'unknown_product',
        request: () => Promise.resolve({ path: '/v1/stock/none/receive', body: { quantity: 1 } }),
      },
    },
    'POST /v1/stock/:productId/adjust': {
      roles: warehouse,
      status: 200,
      codes: { 422: ['unknown_product', 'stock_would_be_negative'] },
      valid: async () => ({
        path: `/v1/stock/${await shop.product(1)}/adjust`,
        body: { quantity: -1, reason: 'count' },
      }),
      refused: {
        status: 422,
        code: 'stock_would_be_negative',
        request: async () => ({
          path: `/v1/stock/${await shop.product(1)}/adjust`,
          body: { quantity: -2, reason: 'count' },
        }),
      },
    },
  };
}
