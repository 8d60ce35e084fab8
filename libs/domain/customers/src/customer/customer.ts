import type { Aggregate } from '@tidemark/kernel';
import type { Contact, CustomerSnapshot } from '../contact';
import type { CustomerId } from '../customer-id';
import { customerContracts, type CustomerEvent } from './events';

export type CustomerState =
  | { readonly status: 'ABSENT' }
  | ({ readonly status: 'REGISTERED'; readonly customerId: CustomerId } & Contact);

export const customer: Aggregate<CustomerState, CustomerEvent, CustomerId> = {
  streamType: 'Customer',
  initial: { status: 'ABSENT' },
  evolve,
  partitionKeyOf: ({ data }) => data.customerId,
  contracts: customerContracts,
  stateVersion: 1,
};

function evolve(_state: CustomerState, event: CustomerEvent): CustomerState {
  switch (event.type) {
    case 'CustomerRegistered':
    case 'CustomerContactChanged':
      return { status: 'REGISTERED', ...event.data };
    default:
      return event satisfies never;
  }
}

/** What an order stores of its customer; `undefined` if the customer is not registered. */
export function customerSnapshotOf(state: CustomerState): CustomerSnapshot | undefined {
  if (state.status === 'ABSENT') {
    return undefined;
  }
  const { customerId, name, email, phone } = state;
  return { id: customerId, name, email, ...(phone !== undefined && { phone }) };
}
