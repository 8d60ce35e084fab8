import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { Contact } from '../contact';
import type { CustomerId } from '../customer-id';
import type { CustomerState } from './customer';
import type { CustomerEvent } from './events';

/** Absent fields keep their value. */
export interface ChangeCustomerContact extends Partial<Contact> {
  readonly customerId: CustomerId;
}

export function changeCustomerContact(
  command: ChangeCustomerContact,
  state: CustomerState,
): Decision<CustomerEvent, 'not_found'> {
  if (state.status === 'ABSENT') {
    return refuse('not_found', `there is no customer ${command.customerId}`);
  }
  const name = command.name ?? state.name;
  const email = command.email ?? state.email;
  const phone = command.phone ?? state.phone;
  return accept({
    type: 'CustomerContactChanged',
    data: { customerId: state.customerId, name, email, ...(phone !== undefined && { phone }) },
  });
}
