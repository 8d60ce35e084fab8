import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { Contact } from '../contact';
import type { CustomerId } from '../customer-id';
import type { CustomerState } from './customer';
import type { CustomerEvent } from './events';

export interface RegisterCustomer extends Contact {
  readonly customerId: CustomerId;
}

export function registerCustomer(
  { customerId, name, email, phone }: RegisterCustomer,
  state: CustomerState,
): Decision<CustomerEvent, 'customer_exists'> {
  if (state.status !== 'ABSENT') {
    return refuse('customer_exists', `customer ${customerId} is already registered`);
  }
  return accept({
    type: 'CustomerRegistered',
    data: { customerId, name, email, ...(phone !== undefined && { phone }) },
  });
}
