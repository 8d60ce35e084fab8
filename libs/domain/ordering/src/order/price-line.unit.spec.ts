import { parseProductId } from '@tidemark/catalogue';
import { money } from '@tidemark/kernel/money';
import { lantern, line, requested } from './order.fixture';
import { priceLine } from './price-line';

test('name, image and price are taken from the catalogue', () => {
  const product = { ...lantern, imageUrl: 'https://img.example/1' };
  expect(priceLine([], requested('A', { product, quantity: 3 }))).toStrictEqual({
    productId: 'A',
    productName: 'Lantern',
    productImageUrl: 'https://img.example/1',
    quantity: 3,
    unitPrice: money(339, 'GBP'),
    totalPrice: money(1017, 'GBP'),
  });
});

test('an agreed unit price replaces the catalogue price', () => {
  expect(priceLine([], requested('A', { agreedUnitPrice: money(300, 'GBP') }))).toMatchObject({
    unitPrice: money(300, 'GBP'),
    totalPrice: money(600, 'GBP'),
  });
});

test('an image that the catalogue does not have is absent', () => {
  expect(priceLine([], requested('A'))).not.toHaveProperty('productImageUrl');
});

const tenLines = [...'ABCDEFGHIJ'].map((sku) => line(sku));

test('the tenth line fits, the eleventh does not', () => {
  expect(priceLine(tenLines.slice(0, 9), requested('J'))).toMatchObject({ productId: 'J' });
  expect(priceLine(tenLines, requested('K'))).toMatchObject({ code: 'order_item_limit' });
});

test('an order may take all available pieces, and not one more', () => {
  expect(priceLine([], requested('A', { quantity: 10 }))).toMatchObject({ quantity: 10 });
  expect(priceLine([], requested('A', { quantity: 11 }))).toMatchObject({
    code: 'insufficient_stock',
    message: 'there is not enough stock of product A',
  });
});

test.each([
  ['duplicate_product', requested('A')],
  ['unknown_product', requested('B', { product: undefined })],
  ['product_discontinued', requested('B', { product: { ...lantern, status: 'DISCONTINUED' } })],
  ['mixed_currency', requested('B', { product: { ...lantern, price: money(1, 'EUR') } })],
  ['mixed_currency', requested('B', { agreedUnitPrice: money(1, 'EUR') })],
])('%s', (code, rejected) => {
  expect(priceLine([line('A')], rejected)).toMatchObject({ code });
});

test('a total above the safe integers is refused, even if each line is below', () => {
  const dear = money(1_000_000_000_000, 'GBP');
  const huge = requested('B', { quantity: 9_000, available: 1_000_000, agreedUnitPrice: dear });
  expect(priceLine([], { ...huge, quantity: 1_000_000 })).toMatchObject({ code: 'order_total_too_large' });
  const first = priceLine([], { ...huge, productId: parseProductId('A')! });
  if ('code' in first) {
    throw new Error(first.message);
  }
  expect(priceLine([first], huge)).toMatchObject({ code: 'order_total_too_large' });
});
