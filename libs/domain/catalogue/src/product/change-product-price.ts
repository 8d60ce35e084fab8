import { accept, type Decision } from '@tidemark/kernel';
import type { Money } from '@tidemark/kernel/money';
import type { ProductId } from '../product-id';
import { refuseNotActive, type NotActive } from './refuse-not-active';
import type { ProductEvent } from './events';
import type { ProductState } from './product';

export interface ChangeProductPrice {
  readonly productId: ProductId;
  readonly price: Money;
}

/** Orders that already contain the product keep their price. */
export function changeProductPrice(
  { productId, price }: ChangeProductPrice,
  state: ProductState,
): Decision<ProductEvent, NotActive> {
  if (state.status !== 'ACTIVE') {
    return refuseNotActive(productId, state.status);
  }
  return accept({ type: 'ProductPriceChanged', data: { productId, price, previousPrice: state.price } });
}
