import { orderStatuses } from '@tidemark/read-models';
import fc from 'fast-check';
import { orderConditions } from './order-conditions';
import type { OrderSearch } from './order-search';

const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom('$ne', '{"$gt":""}', '.*', '^', '$where', '__proto__', '\\', 'a*b', '.**'),
);
const searches: fc.Arbitrary<OrderSearch> = fc.record(
  {
    customerId: hostile,
    status: fc.constantFrom(...orderStatuses),
    email: hostile,
    minAmount: fc.maxSafeNat(),
    maxAmount: fc.maxSafeNat(),
    currency: hostile,
    from: fc.date({ noInvalidDate: true }),
    to: fc.date({ noInvalidDate: true }),
  },
  { requiredKeys: [] },
);

const fields = [
  'customerId',
  'status',
  'customerEmail',
  'totalAmount.currency',
  'totalAmount.amount',
  'createdAt',
];
const operators = ['eq', 'startsWith', 'gte', 'lte', 'lt'];

describe('orderConditions', () => {
  it('is empty without filters', () => {
    expect(orderConditions({})).toEqual([]);
  });

  it('has every given value as the operand of a comparison, never as an operator, a field or a pattern', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const conditions = orderConditions(search);
        expect(conditions).toHaveLength(Object.keys(search).length);
        for (const condition of conditions) {
          for (const [field, comparison] of Object.entries(condition)) {
            expect(fields).toContain(field);
            for (const [operator, operand] of Object.entries(comparison as object)) {
              expect(operators).toContain(operator);
              expect(typeof operand === 'object' ? operand instanceof Date : true).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('compares addresses without case, exactly or by their beginning', () => {
    expect(orderConditions({ email: 'Ada@Example.COM' })).toEqual([
      { customerEmail: { eq: 'ada@example.com' } },
    ]);
    expect(orderConditions({ email: 'ADA*' })).toEqual([{ customerEmail: { startsWith: 'ada' } }]);
  });
});
