import { accept, type Decision } from '@tidemark/kernel';
import type { ProductId } from '../product-id';
import { refuseNotActive, type NotActive } from './refuse-not-active';
import type { ProductEvent } from './events';
import type { ProductState } from './product';

export interface DiscontinueProduct {
  readonly productId: ProductId;
}

/** Final: a discontinued product can't come back. Orders that already contain it continue. */
export function discontinueProduct(
  { productId }: DiscontinueProduct,
  state: ProductState,
): Decision<ProductEvent, NotActive> {
  return state.status === 'ACTIVE'
    ? accept({ type: 'ProductDiscontinued', data: { productId } })
    : refuseNotActive(productId, state.status);
}
