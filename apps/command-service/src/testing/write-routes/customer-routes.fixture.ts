import { randomUUID } from 'node:crypto';
import type { TestCommandService } from '../command-service.fixture';
import { shopOf } from '../shop.fixture';
import type { WriteRoutes } from './write-route.fixture';

const roles = ['customer', 'service'] as const;

export function customerRoutesOf(service: TestCommandService): WriteRoutes {
  const shop = shopOf(service);
  const registration = (customerId: string) => ({
    path: '/v1/customers',
    body: { customerId, name: 'Ada', email: 'ada@example.com' },
  });
  const change = (customerId: string) => ({
    path: `/v1/customers/${customerId}/contact`,
    body: { phone: '+4930123456' },
  });
  return {
    'POST /v1/customers': {
      roles,
      status: 201,
      codes: { 404: ['not_found'], 409: ['customer_exists'] },
      valid: (customer) => Promise.resolve(registration(customer)),
      refused: {
        status: 409,
        code: 'customer_exists',
        request: async (customer) => registration(await shop.customer(customer)),
      },
    },
    'PUT /v1/customers/:id/contact': {
      roles,
      status: 200,
      codes: { 404: ['not_found'] },
      valid: async (customer) => change(await shop.customer(customer)),
      missing: change(`C-${randomUUID()}`),
    },
  };
}
