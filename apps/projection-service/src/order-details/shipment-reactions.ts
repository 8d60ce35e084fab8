import { orderIdOf as id, type DetailsReactions } from './reactions';
import { told } from './timeline';

export const shipmentReactions = {
  ShipmentCreated: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, 'Shipment created'),
      shipping: { ...order.shipping, shipmentId: event.data.shipmentId },
    }),
  },
  ShipmentDispatched: {
    id,
    change: (order, event) => {
      const {
        parcels: [{ carrier, trackingNumber }],
        estimatedDelivery,
      } = event.data;
      return {
        ...order,
        ...told(order, event, `Handed to ${carrier}`),
        shipping: {
          ...order.shipping,
          carrier,
          trackingNumber,
          ...(estimatedDelivery !== undefined && { estimatedDelivery }),
        },
      };
    },
  },
  ShipmentDelivered: {
    id,
    change: (order, event) => ({ ...order, ...told(order, event, 'Shipment delivered') }),
  },
  ShipmentCancelled: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, `Shipment cancelled: ${event.data.reason}`),
    }),
  },
  ShipmentCancellationRejected: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, `Shipment goes on: ${event.data.reason}`),
    }),
  },
} satisfies DetailsReactions;
