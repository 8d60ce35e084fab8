import { priceSchema } from './price';
import { quantitySchema } from './quantity';

test.each([
  [1, true],
  [1_000_000, true],
  [0, false],
  [-1, false],
  [1.5, false],
  [1_000_001, false],
  ['2', false],
])('a quantity of %j: %s', (quantity, accepted) => {
  expect(quantitySchema.safeParse(quantity).success).toBe(accepted);
});

test.each([
  [0, true],
  [1_000_000_000_000, true],
  [-1, false],
  [0.5, false],
  [1_000_000_000_001, false],
])('a price of %j minor units: %s', (amount, accepted) => {
  expect(priceSchema.safeParse({ amount, currency: 'EUR' }).success).toBe(accepted);
});
