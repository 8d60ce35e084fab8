import { hasRole, type Caller } from '@tidemark/platform';

/**
 * The allowed values of each field. Conditions have only this form, so that different conditions have different JSON.
 */
export type Condition = Readonly<Record<string, { readonly in: readonly string[] }>>;

/**
 * The condition on what the caller may see, part of every query for a customer's data. Operators have no condition. A
 * customer must own the document. A token without a customer sees nothing.
 */
export function visibleTo(caller: Caller, customerField: string): Condition {
  if (hasRole(caller, 'operator')) {
    return {};
  }
  return { [customerField]: { in: caller.customerId === undefined ? [] : [caller.customerId] } };
}
