import type { TidemarkEvent } from '@tidemark/contracts';
import { at, projected } from '../given-events.fixture';
import {
  ada,
  event,
  home,
  mug,
  orderId,
  shipmentCreated,
  shipmentDispatched,
  shipmentId,
} from '../sample-events.fixture';
import { shipmentsProjection } from './shipments-projection';

const shipment = { shipmentId, orderId, customerId: ada };
const created = {
  orderId,
  customerId: ada,
  status: 'CREATED',
  items: [{ productId: mug, productName: 'The MUG', quantity: 2 }],
  shippingAddress: home,
  createdAt: at(1),
  updatedAt: at(1),
  version: 1,
};
const cancelled = event('ShipmentCancelled', { ...shipment, reason: 'order cancelled' });

const shipments = (...events: readonly TidemarkEvent[]) =>
  projected(shipmentsProjection, ...events)[shipmentId];

describe('shipments', () => {
  it('shows the lines and the address of a new shipment', () => {
    expect(shipments(shipmentCreated)).toEqual(created);
  });

  it('shows the carrier and the delivery', () => {
    const dispatched = {
      ...created,
      status: 'DISPATCHED',
      carrier: 'DHL',
      trackingNumber: 'T1',
      estimatedDelivery: '2026-01-05',
      updatedAt: at(2),
      version: 2,
    };
    expect(shipments(shipmentCreated, shipmentDispatched)).toEqual(dispatched);
    expect(shipments(shipmentCreated, shipmentDispatched, event('ShipmentDelivered', shipment))).toEqual({
      ...dispatched,
      status: 'DELIVERED',
      updatedAt: at(3),
      version: 3,
    });
  });

  it('shows a cancelled shipment, but has no document if it was cancelled before it was created', () => {
    expect(shipments(shipmentCreated, cancelled)).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(shipments(cancelled)).toBeUndefined();
  });

  it('still shows a shipment as dispatched if its cancellation comes too late', () => {
    const refused = event('ShipmentCancellationRejected', { ...shipment, reason: 'dispatched' });
    expect(shipments(shipmentCreated, shipmentDispatched, refused)).toMatchObject({
      status: 'DISPATCHED',
      version: 3,
    });
  });
});
