export const ROLES = ['customer', 'operator', 'service', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Who sent a request, by its verified token. */
export interface Caller {
  /** The token's `sub`: the actor of every event that follows. */
  readonly subject: string;
  /** The roles that Tidemark knows; others in the token are dropped. */
  readonly roles: readonly Role[];
  /** The customer that a caller with role `customer` acts for. */
  readonly customerId?: string;
}

/** Whether the caller may do what `role` may: `admin` may everything, `service` what `operator` may. */
export function hasRole(caller: Caller, role: Role): boolean {
  return (
    caller.roles.includes(role) ||
    caller.roles.includes('admin') ||
    (role === 'operator' && caller.roles.includes('service'))
  );
}

/**
 * Whether the caller may see and change what belongs to this customer: operators, services and admins any customer's, a
 * customer its own. Answer a no with 404, as for an unknown id.
 */
export function mayActForCustomer(caller: Caller, customerId: string): boolean {
  return (
    hasRole(caller, 'operator') || (caller.roles.includes('customer') && caller.customerId === customerId)
  );
}
