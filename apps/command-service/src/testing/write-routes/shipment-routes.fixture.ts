import { randomUUID } from 'node:crypto';
import type { TestCommandService } from '../command-service.fixture';
import { processesOf } from '../processes.fixture';
import { shopOf } from '../shop.fixture';
import type { WriteRoutes } from './write-route.fixture';

const roles = ['operator', 'service'] as const;
const parcel = { carrier: 'Post', trackingNumber: 'T1' };

export function shipmentRoutesOf(service: TestCommandService): WriteRoutes {
  const shop = shopOf(service);
  const { payFor, shipmentOf } = processesOf(service);

  async function created(customer: string): Promise<string> {
    const orderId = await shop.order(await shop.customer(customer), await shop.product());
    await payFor(orderId);
    return `/v1/shipments/${await shipmentOf(orderId, customer)}`;
  }

  async function dispatched(customer: string): Promise<string> {
    const path = await created(customer);
    await service.request('POST', `${path}/dispatch`, { body: parcel });
    return path;
  }

  const dispatch = (path: string) => ({ path: `${path}/dispatch`, body: parcel });
  const deliver = (path: string) => ({ path: `${path}/deliver` });
  const missing = `/v1/shipments/${randomUUID()}`;
  return {
    'POST /v1/shipments/:id/dispatch': {
      roles,
      status: 200,
      codes: { 404: ['not_found'], 409: ['shipment_not_ready'] },
      valid: async (customer) => dispatch(await created(customer)),
      missing: dispatch(missing),
      refused: {
        status: 409,
        code: 'shipment_not_ready',
        request: async (customer) => dispatch(await dispatched(customer)),
      },
    },
    'POST /v1/shipments/:id/deliver': {
      roles,
      status: 200,
      codes: { 404: ['not_found'], 409: ['shipment_not_dispatched'] },
      valid: async (customer) => deliver(await dispatched(customer)),
      missing: deliver(missing),
      refused: {
        status: 409,
        code: 'shipment_not_dispatched',
        request: async (customer) => deliver(await created(customer)),
      },
    },
  };
}
