import { given } from '@tidemark/kernel/testing';
import { money } from '@tidemark/kernel/money';
import { parseProductId } from '../product-id';
import { addProduct } from './add-product';
import { changeProductDetails } from './change-product-details';
import { changeProductPrice } from './change-product-price';
import { discontinueProduct } from './discontinue-product';
import type { ProductEvent } from './events';
import { catalogueEntryOf, product } from './product';

const productId = parseProductId('85123A')!;
const lantern = { productId, name: 'Lantern', imageUrl: 'https://img.example/1', price: money(339, 'GBP') };
const added: ProductEvent = { type: 'ProductAdded', data: lantern };
const discontinued: ProductEvent = { type: 'ProductDiscontinued', data: { productId } };

describe('AddProduct', () => {
  test('adds a product once', () => {
    given(product)
      .when((state) => addProduct(lantern, state))
      .then(added);
    given(product, added)
      .when((state) => addProduct(lantern, state))
      .thenRefused('product_exists');
  });

  test('refuses the id of a discontinued product', () => {
    given(product, added, discontinued)
      .when((state) => addProduct(lantern, state))
      .thenRefused('product_exists');
  });
});

describe('ChangeProductPrice', () => {
  const price = money(299, 'GBP');

  test('records the previous price', () => {
    given(product, added)
      .when((state) => changeProductPrice({ productId, price }, state))
      .then({ type: 'ProductPriceChanged', data: { productId, price, previousPrice: lantern.price } });
  });

  test('records an event even if the price stays the same', () => {
    given(product, added)
      .when((state) => changeProductPrice({ productId, price: lantern.price }, state))
      .then({
        type: 'ProductPriceChanged',
        data: { productId, price: lantern.price, previousPrice: lantern.price },
      });
  });
});

describe('ChangeProductDetails', () => {
  test('keeps the fields that are not given', () => {
    given(product, added)
      .when((state) => changeProductDetails({ productId, name: 'White lantern' }, state))
      .then({
        type: 'ProductDetailsChanged',
        data: { productId, name: 'White lantern', imageUrl: lantern.imageUrl },
      });
  });

  test('records an event even if the details stay the same', () => {
    const { name, imageUrl } = lantern;
    given(product, added)
      .when((state) => changeProductDetails({ productId, name }, state))
      .then({ type: 'ProductDetailsChanged', data: { productId, name, imageUrl } });
  });
});

test('DiscontinueProduct discontinues', () => {
  given(product, added)
    .when((state) => discontinueProduct({ productId }, state))
    .then(discontinued);
});

test.each([
  ['ChangeProductPrice', changeProductPrice.bind(undefined, { productId, price: money(1, 'GBP') })],
  ['ChangeProductDetails', changeProductDetails.bind(undefined, { productId, name: 'X' })],
  ['DiscontinueProduct', discontinueProduct.bind(undefined, { productId })],
])('%s needs a product that is not discontinued', (_, decide) => {
  given(product).when(decide).thenRefused('not_found');
  given(product, added, discontinued).when(decide).thenRefused('product_discontinued');
});

test('the catalogue entry is the latest state, and an unknown product has none', () => {
  const history: ProductEvent[] = [
    added,
    {
      type: 'ProductPriceChanged',
      data: { productId, price: money(1, 'EUR'), previousPrice: lantern.price },
    },
    { type: 'ProductDetailsChanged', data: { productId, name: 'Lamp' } },
    discontinued,
  ];
  const state = history.reduce(product.evolve, product.initial);
  expect(catalogueEntryOf(state)).toMatchObject({
    name: 'Lamp',
    price: money(1, 'EUR'),
    status: 'DISCONTINUED',
  });
  expect(catalogueEntryOf(product.initial)).toBeUndefined();
});
