import type { CustomerId } from '@tidemark/customers';
import { accept, type Decision } from '@tidemark/kernel';
import type { Address, OrderId } from '@tidemark/ordering';
import { shipmentIdOf } from '../shipment-id';
import type { ShipmentEvent } from './events';
import type { ShipmentLine, ShipmentState } from './shipment';

/** The process sends it once everything is reserved. */
export interface CreateShipment {
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly lines: readonly ShipmentLine[];
  readonly shippingAddress: Address;
  readonly shippingMethod?: string | undefined;
}

/**
 * Never refuses. If a cancellation arrived first, the answer is `ShipmentCancelled`. An existing shipment yields no
 * events.
 */
export function createShipment(
  { orderId, customerId, lines, shippingAddress, shippingMethod }: CreateShipment,
  state: ShipmentState,
): Decision<ShipmentEvent, never> {
  const shipmentId = shipmentIdOf(orderId);
  switch (state.status) {
    case 'ABSENT':
      return accept({
        type: 'ShipmentCreated',
        data: {
          shipmentId,
          orderId,
          customerId,
          lines,
          shippingAddress,
          ...(shippingMethod !== undefined && { shippingMethod }),
        },
      });
    case 'CREATED':
    case 'DISPATCHED':
    case 'DELIVERED':
      return accept();
    case 'CANCELLED':
      return accept({
        type: 'ShipmentCancelled',
        data: { shipmentId, orderId, customerId, reason: 'cancelled_before' },
      });
    default:
      return state satisfies never;
  }
}
