import { orderStatuses } from '@tidemark/read-models';
import fc from 'fast-check';
import { orderFilter } from './order-filter';
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
const operators = ['$eq', '$gte', '$lte', '$lt'];

describe('orderFilter', () => {
  it('is empty without filters', () => {
    expect(orderFilter({})).toEqual({});
  });

  it('has every given value as the operand of a comparison, never as an operator, a field or a pattern', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const { $and: conditions = [] } = orderFilter(search);
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

  it('finds exactly the addresses that begin with a given prefix', () => {
    const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '.', '*', '+', '@', '~'), maxLength: 6 });
    fc.assert(
      fc.property(ascii, ascii, (prefix, address) => {
        const { $gte, $lte } = emailComparison(orderFilter({ email: `${prefix}*` }));
        expect($gte! <= address && address <= $lte!).toBe(address.startsWith(prefix));
      }),
    );
  });

  it('compares addresses without case', () => {
    expect(emailComparison(orderFilter({ email: 'Ada@Example.COM' }))).toEqual({ $eq: 'ada@example.com' });
    expect(emailComparison(orderFilter({ email: 'ADA*' })).$gte).toBe('ada');
  });
});

function emailComparison(filter: ReturnType<typeof orderFilter>): Record<string, string | undefined> {
  return filter.$and![0]!.customerEmail as Record<string, string>;
}
