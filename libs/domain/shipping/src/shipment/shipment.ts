import type { CustomerId } from '@tidemark/customers';
import type { Aggregate, EventOf } from '@tidemark/kernel';
import type { Address, OrderId } from '@tidemark/ordering';
import type { z } from 'zod';
import type { ShipmentId } from '../shipment-id';
import {
  shipmentContracts,
  type shipmentDispatched,
  type ShipmentEvent,
  type shipmentLineSchema,
} from './events';

export type ShipmentLine = Readonly<z.infer<typeof shipmentLineSchema>>;

interface ShipmentKeys {
  readonly shipmentId: ShipmentId;
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
}

interface Contents extends ShipmentKeys {
  readonly lines: readonly ShipmentLine[];
  readonly shippingAddress: Address;
  readonly shippingMethod?: string | undefined;
}

type Dispatched = Contents &
  Pick<EventOf<typeof shipmentDispatched>['data'], 'parcels' | 'estimatedDelivery'>;

/** CREATED → DISPATCHED → DELIVERED, or CREATED → CANCELLED. */
export type ShipmentState =
  | { readonly status: 'ABSENT' }
  | ({ readonly status: 'CREATED' } & Contents)
  | ({ readonly status: 'DISPATCHED' | 'DELIVERED' } & Dispatched)
  | ({ readonly status: 'CANCELLED' } & ShipmentKeys);

export type ShipmentStatus = Exclude<ShipmentState['status'], 'ABSENT'>;

/** Stream `Shipment-<orderId>`. */
export const shipment: Aggregate<ShipmentState, ShipmentEvent, CustomerId> = {
  streamType: 'Shipment',
  initial: { status: 'ABSENT' },
  evolve,
  partitionKeyOf: ({ data }) => data.customerId,
  contracts: shipmentContracts,
  stateVersion: 2,
};

function evolve(state: ShipmentState, event: ShipmentEvent): ShipmentState {
  switch (event.type) {
    case 'ShipmentCreated':
      return { status: 'CREATED', ...event.data };
    case 'ShipmentDispatched':
      return state.status === 'CREATED' ? { ...state, ...event.data, status: 'DISPATCHED' } : state;
    case 'ShipmentDelivered':
      return state.status === 'DISPATCHED' ? { ...state, status: 'DELIVERED' } : state;
    case 'ShipmentCancelled':
      return { status: 'CANCELLED', ...keysOf(event) };
    case 'ShipmentCancellationRejected':
      return state;
    default:
      return event satisfies never;
  }
}

function keysOf({ data: { shipmentId, orderId, customerId } }: ShipmentEvent): ShipmentKeys {
  return { shipmentId, orderId, customerId };
}
