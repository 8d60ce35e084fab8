import { customerIdSchema, parseCustomerId } from './customer-id';

test.each(['C1', '17850', 'a.b_c-D', 'x'.repeat(64)])('%s is a customer id', (text) => {
  expect(parseCustomerId(text)).toBe(text);
  expect(customerIdSchema.safeParse(text).success).toBe(true);
});

test.each(['', ' ', 'a b', 'ä', 'C1\n', 'a/b', 'x'.repeat(65)])('%j is not', (text) => {
  expect(parseCustomerId(text)).toBeUndefined();
  expect(customerIdSchema.safeParse(text).success).toBe(false);
});
