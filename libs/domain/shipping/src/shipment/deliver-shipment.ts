import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { ShipmentId } from '../shipment-id';
import type { ShipmentEvent } from './events';
import type { ShipmentState } from './shipment';

export interface DeliverShipment {
  readonly shipmentId: ShipmentId;
}

export function deliverShipment(
  { shipmentId }: DeliverShipment,
  state: ShipmentState,
): Decision<ShipmentEvent, 'not_found' | 'shipment_not_dispatched'> {
  if (state.status === 'ABSENT') {
    return refuse('not_found', `there is no shipment ${shipmentId}`);
  }
  if (state.status !== 'DISPATCHED') {
    return refuse('shipment_not_dispatched', `shipment ${shipmentId} is ${state.status}`);
  }
  const { orderId, customerId } = state;
  return accept({ type: 'ShipmentDelivered', data: { shipmentId, orderId, customerId } });
}
