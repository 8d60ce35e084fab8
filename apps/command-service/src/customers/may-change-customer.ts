import { hasRole, type Caller } from '@tidemark/platform';

/** A customer may change its own record; others' only services and administrators may. */
export function mayChangeCustomer(caller: Caller, customerId: string): boolean {
  return (
    hasRole(caller, 'service') || (caller.roles.includes('customer') && caller.customerId === customerId)
  );
}
