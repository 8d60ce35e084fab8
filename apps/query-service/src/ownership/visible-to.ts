import { hasRole, type Caller } from '@tidemark/platform';

/** For each field, the allowed values. Nothing else, so that different conditions have different JSON. */
export type Condition = Readonly<Record<string, { readonly $in: readonly string[] }>>;

/**
 * The condition on what the caller may see, part of every query for a customer's data. Operators have none; for a
 * customer, the document must be its own. A token without a customer sees nothing.
 */
export function visibleTo(caller: Caller, customerField: string): Condition {
  if (hasRole(caller, 'operator')) {
    return {};
  }
  return { [customerField]: { $in: caller.customerId === undefined ? [] : [caller.customerId] } };
}
