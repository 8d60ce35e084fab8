import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { ShipmentId } from '../shipment-id';
import type { ShipmentEvent } from './events';
import type { ShipmentState } from './shipment';

export interface DispatchShipment {
  readonly shipmentId: ShipmentId;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly estimatedDelivery?: string | undefined;
}

/** After this, the order can no longer be undone. */
export function dispatchShipment(
  { shipmentId, carrier, trackingNumber, estimatedDelivery }: DispatchShipment,
  state: ShipmentState,
): Decision<ShipmentEvent, 'not_found' | 'shipment_not_ready'> {
  if (state.status === 'ABSENT') {
    return refuse('not_found', `there is no shipment ${shipmentId}`);
  }
  if (state.status !== 'CREATED') {
    return refuse('shipment_not_ready', `shipment ${shipmentId} is ${state.status}`);
  }
  const { orderId, customerId } = state;
  return accept({
    type: 'ShipmentDispatched',
    data: {
      shipmentId,
      orderId,
      customerId,
      parcels: [{ carrier, trackingNumber }],
      ...(estimatedDelivery !== undefined && { estimatedDelivery }),
    },
  });
}
