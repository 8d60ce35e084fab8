import type { CustomerId } from '@tidemark/customers';
import { accept, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import { shipmentIdOf } from '../shipment-id';
import type { ShipmentEvent } from './events';
import type { ShipmentState } from './shipment';

/** The process sends it when the customer requested to cancel a paid order. */
export interface CancelShipment {
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly reason: string;
}

/**
 * Never refuses. A cancellation that arrives before the shipment exists prevents the shipment. After the dispatch, the
 * event is `ShipmentCancellationRejected`.
 */
export function cancelShipment(
  { orderId, customerId, reason }: CancelShipment,
  state: ShipmentState,
): Decision<ShipmentEvent, never> {
  const shipment = { shipmentId: shipmentIdOf(orderId), orderId, customerId };
  switch (state.status) {
    case 'ABSENT':
    case 'CREATED':
      return accept({ type: 'ShipmentCancelled', data: { ...shipment, reason } });
    case 'DISPATCHED':
    case 'DELIVERED':
      return accept({
        type: 'ShipmentCancellationRejected',
        data: { ...shipment, reason: 'shipment_already_dispatched' },
      });
    case 'CANCELLED':
      return accept();
    default:
      return state satisfies never;
  }
}
