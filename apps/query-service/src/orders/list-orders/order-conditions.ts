import type { Comparison, Conditions, FieldPath } from '@tidemark/projections';
import type { OrderListDocument } from '@tidemark/read-models';
import type { OrderSearch } from './order-search';

type Condition = Conditions<FieldPath<OrderListDocument>>;

/** Every value of the search is only ever compared: it can't act as an operator or a pattern. */
export function orderConditions(search: OrderSearch): readonly Condition[] {
  return [
    ...present(search.customerId, (customerId) => ({ customerId: { eq: customerId } })),
    ...present(search.status, (status) => ({ status: { eq: status } })),
    ...present(search.email, (email) => ({ customerEmail: emailComparison(email) })),
    ...present(search.currency, (currency) => ({ 'totalAmount.currency': { eq: currency } })),
    ...present(search.minAmount, (amount) => ({ 'totalAmount.amount': { gte: amount } })),
    ...present(search.maxAmount, (amount) => ({ 'totalAmount.amount': { lte: amount } })),
    ...present(search.from, (from) => ({ createdAt: { gte: from } })),
    ...present(search.to, (to) => ({ createdAt: { lt: to } })),
  ];
}

function emailComparison(email: string): Comparison {
  const wanted = email.toLowerCase();
  return wanted.endsWith('*') ? { startsWith: wanted.slice(0, -1) } : { eq: wanted };
}

function present<Value>(
  value: Value | undefined,
  toCondition: (value: Value) => Condition,
): readonly Condition[] {
  return value === undefined ? [] : [toCondition(value)];
}
