import fc from 'fast-check';
import { orderIdSchema, parseOrderId } from './order-id';

test('a UUID in upper or lower case becomes an order id in lower case', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(parseOrderId(uuid.toUpperCase())).toBe(uuid.toLowerCase());
      expect(orderIdSchema.safeParse(uuid).success).toBe(true);
    }),
  );
});

test.each(['', 'C1', '0192f0c1-2345-7abc-8def-0123456789a', '0192f0c123457abc8def0123456789ab'])(
  '%j is not an order id',
  (text) => {
    expect(parseOrderId(text)).toBeUndefined();
    expect(orderIdSchema.safeParse(text).success).toBe(false);
  },
);

test('a stored id is lowercase', () => {
  expect(orderIdSchema.safeParse('0192F0C1-2345-7ABC-8DEF-0123456789AB').success).toBe(false);
});
