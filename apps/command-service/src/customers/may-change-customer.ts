import { hasRole, type Caller } from '@tidemark/platform';

/** A customer may change its own record. Only services and administrators may change the records of others. */
export function mayChangeCustomer(caller: Caller, customerId: string): boolean {
  return (
    hasRole(caller, 'service') || (caller.roles.includes('customer') && caller.customerId === customerId)
  );
}
