import { money } from '@tidemark/kernel/money';
import type { CatalogueEntry } from '@tidemark/catalogue';
import { given } from '@tidemark/kernel/testing';
import { adjustStock } from './adjust-stock';
import { receiveStock } from './receive-stock';
import { availableOf, stockItem } from './stock-item';
import { productId, received, reserved } from './stock-item.fixture';

const product: CatalogueEntry = { status: 'ACTIVE', name: 'Lantern', price: money(339, 'GBP') };

describe('ReceiveStock', () => {
  test('adds to the stock', () => {
    given(stockItem, received(10))
      .when((state) => receiveStock({ productId, quantity: 5, reference: 'DN-7', product }, state))
      .then({
        type: 'StockReceived',
        data: { productId, quantity: 5, reference: 'DN-7', onHand: 15, reserved: 0 },
      });
  });

  test('accepts goods of a discontinued product', () => {
    given(stockItem)
      .when((state) =>
        receiveStock({ productId, quantity: 5, product: { ...product, status: 'DISCONTINUED' } }, state),
      )
      .then(received(5));
  });

  test('needs a product', () => {
    given(stockItem)
      .when((state) => receiveStock({ productId, quantity: 5, product: undefined }, state))
      .thenRefused('unknown_product');
  });
});

describe('AdjustStock', () => {
  const history = [received(10), reserved(4, { onHand: 10, reserved: 4 })];

  test.each([
    [-6, 4],
    [-1, 9],
    [3, 13],
  ])('by %i leaves %i', (quantity, onHand) => {
    given(stockItem, ...history)
      .when((state) => adjustStock({ productId, quantity, reason: 'count', product }, state))
      .then({ type: 'StockAdjusted', data: { productId, quantity, reason: 'count', onHand, reserved: 4 } });
  });

  test("can't remove reserved pieces", () => {
    given(stockItem, ...history)
      .when((state) => adjustStock({ productId, quantity: -7, reason: 'count', product }, state))
      .thenRefused('stock_would_be_negative');
  });

  test('by 0 changes nothing', () => {
    given(stockItem, ...history)
      .when((state) => adjustStock({ productId, quantity: 0, reason: 'count', product }, state))
      .thenNothing();
  });

  test('needs a product', () => {
    given(stockItem)
      .when((state) => adjustStock({ productId, quantity: 1, reason: 'count', product: undefined }, state))
      .thenRefused('unknown_product');
  });
});

test('the available stock is the stock without reservations', () => {
  const state = [received(10), reserved(4, { onHand: 10, reserved: 4 })].reduce(
    stockItem.evolve,
    stockItem.initial,
  );
  expect(availableOf(state)).toBe(6);
  expect(availableOf(stockItem.initial)).toBe(0);
});
