import { parseProductId, productIdSchema } from './product-id';

test.each(['85123A', 'a.b_c-D', 'x'.repeat(64)])('%s is a product id', (text) => {
  expect(parseProductId(text)).toBe(text);
  expect(productIdSchema.safeParse(text).success).toBe(true);
});

test.each(['', 'a b', '85123A\n', 'a/b', 'x'.repeat(65)])('%j is not', (text) => {
  expect(parseProductId(text)).toBeUndefined();
  expect(productIdSchema.safeParse(text).success).toBe(false);
});
