import { hasRole, type Caller } from '@tidemark/platform';

/**
 * The condition that holds for what the caller may see, to be part of every query on what belongs to a customer: none
 * for an operator, otherwise that the document is the caller's own. A token that names no customer sees nothing.
 */
export function visibleTo(caller: Caller, customerField: string): Record<string, unknown> {
  if (hasRole(caller, 'operator')) {
    return {};
  }
  return { [customerField]: { $in: caller.customerId === undefined ? [] : [caller.customerId] } };
}
