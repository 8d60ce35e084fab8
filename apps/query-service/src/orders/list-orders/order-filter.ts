import type { OrderListDocument } from '@tidemark/read-models';
import type { Filter } from 'mongodb';
import type { OrderSearch } from './order-search';

type Condition = Filter<OrderListDocument>;

/** The last code point. No text that begins with a prefix sorts after that prefix followed by this code point. */
const lastCodePoint = '\u{10ffff}';

/**
 * Every value is the operand of an operator that is written here, so that a caller's value can't act as an operator or
 * pattern. For the same reason, a prefix is a range of the index: nothing in it needs escaping.
 */
export function orderFilter(search: OrderSearch): Condition {
  const conditions: Condition[] = [
    ...present(search.customerId, (customerId) => ({ customerId: { $eq: customerId } })),
    ...present(search.status, (status) => ({ status: { $eq: status } })),
    ...present(search.email, emailCondition),
    ...present(search.currency, (currency) => ({ 'totalAmount.currency': { $eq: currency } })),
    ...present(search.minAmount, (amount) => ({ 'totalAmount.amount': { $gte: amount } })),
    ...present(search.maxAmount, (amount) => ({ 'totalAmount.amount': { $lte: amount } })),
    ...present(search.from, (from) => ({ createdAt: { $gte: from } })),
    ...present(search.to, (to) => ({ createdAt: { $lt: to } })),
  ];
  return conditions.length === 0 ? {} : { $and: conditions };
}

function emailCondition(email: string): Condition {
  const wanted = email.toLowerCase();
  if (!wanted.endsWith('*')) {
    return { customerEmail: { $eq: wanted } };
  }
  const prefix = wanted.slice(0, -1);
  return { customerEmail: { $gte: prefix, $lte: prefix + lastCodePoint } };
}

function present<Value>(
  value: Value | undefined,
  toCondition: (value: Value) => Condition,
): readonly Condition[] {
  return value === undefined ? [] : [toCondition(value)];
}
