import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { Money } from '@tidemark/kernel/money';
import type { ProductId } from '../product-id';
import type { ProductEvent } from './events';
import type { ProductState } from './product';

export interface AddProduct {
  readonly productId: ProductId;
  readonly name: string;
  readonly imageUrl?: string | undefined;
  readonly price: Money;
}

/** A discontinued product keeps its id, so it can't be added again. */
export function addProduct(
  { productId, name, imageUrl, price }: AddProduct,
  state: ProductState,
): Decision<ProductEvent, 'product_exists'> {
  if (state.status !== 'ABSENT') {
    return refuse('product_exists', `product ${productId} is already in the catalogue`);
  }
  return accept({
    type: 'ProductAdded',
    data: { productId, name, ...(imageUrl !== undefined && { imageUrl }), price },
  });
}
