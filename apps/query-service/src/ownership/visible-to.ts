import { hasRole, type Caller } from '@tidemark/platform';

/** By field: the values of which it must have one. Nothing else, so that its JSON tells it from every other. */
export type Condition = Readonly<Record<string, { readonly $in: readonly string[] }>>;

/**
 * The condition that holds for what the caller may see, to be part of every query on what belongs to a customer: none
 * for an operator, otherwise that the document is the caller's own. A token that names no customer sees nothing.
 */
export function visibleTo(caller: Caller, customerField: string): Condition {
  if (hasRole(caller, 'operator')) {
    return {};
  }
  return { [customerField]: { $in: caller.customerId === undefined ? [] : [caller.customerId] } };
}
