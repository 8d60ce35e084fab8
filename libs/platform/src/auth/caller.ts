export const ROLES = ['customer', 'operator', 'service', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** The sender of a request, according to its verified token. */
export interface Caller {
  /** The token's `sub`: the actor of every event that the request causes. */
  readonly subject: string;
  /** The roles that Tidemark knows. Other roles in the token are dropped. */
  readonly roles: readonly Role[];
  /** The customer that a caller with role `customer` acts for. */
  readonly customerId?: string;
}

/** Whether the caller has the rights of `role`. `admin` has all rights; `service` has those of `operator`. */
export function hasRole(caller: Caller, role: Role): boolean {
  return (
    caller.roles.includes(role) ||
    caller.roles.includes('admin') ||
    (role === 'operator' && caller.roles.includes('service'))
  );
}

/**
 * Whether the caller may see and change what belongs to this customer. Operators, services and admins may act for any
 * customer. A customer may act only for itself. If the caller may not, answer 404, as for an unknown id.
 */
export function mayActForCustomer(caller: Caller, customerId: string): boolean {
  return (
    hasRole(caller, 'operator') || (caller.roles.includes('customer') && caller.customerId === customerId)
  );
}
