import type { EventEnvelope } from '@tidemark/kernel';
import type { Content } from '@tidemark/projections';
import { shipments, type ShipmentDocument } from '@tidemark/read-models';
import type { ShipmentEvent, ShipmentId } from '@tidemark/shipping';
import { project } from '../project';

const id = ({ data }: EventEnvelope<ShipmentEvent>): ShipmentId => data.shipmentId;

/** One document per created shipment. */
export const shipmentsProjection = project(shipments).keyedBy('customer', {
  version: 1,
  on: {
    ShipmentCreated: {
      id,
      create: ({ data, timestamp, version }) => ({
        orderId: data.orderId,
        customerId: data.customerId,
        status: 'CREATED',
        items: data.lines,
        shippingAddress: data.shippingAddress,
        createdAt: new Date(timestamp),
        updatedAt: new Date(timestamp),
        version,
      }),
    },
    ShipmentDispatched: {
      id,
      change: (shipment, event) => {
        const {
          parcels: [{ carrier, trackingNumber }],
          estimatedDelivery,
        } = event.data;
        return {
          ...touched(shipment, event),
          status: 'DISPATCHED',
          carrier,
          trackingNumber,
          ...(estimatedDelivery !== undefined && { estimatedDelivery }),
        };
      },
    },
    ShipmentDelivered: {
      id,
      change: (shipment, event) => ({ ...touched(shipment, event), status: 'DELIVERED' }),
    },
    // The cancellation may arrive before the shipment, which then is never created.
    ShipmentCancelled: {
      id,
      changeIfPresent: (shipment, event) => ({ ...touched(shipment, event), status: 'CANCELLED' }),
    },
    ShipmentCancellationRejected: { id, change: touched },
  },
});

function touched(
  shipment: Content<ShipmentDocument>,
  { timestamp, version }: EventEnvelope<ShipmentEvent>,
): Content<ShipmentDocument> {
  return { ...shipment, updatedAt: new Date(timestamp), version };
}
