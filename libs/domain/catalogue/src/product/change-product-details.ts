import { accept, type Decision } from '@tidemark/kernel';
import type { ProductId } from '../product-id';
import { refuseNotActive, type NotActive } from './refuse-not-active';
import type { ProductEvent } from './events';
import type { ProductState } from './product';

/** Absent fields keep their value. */
export interface ChangeProductDetails {
  readonly productId: ProductId;
  readonly name?: string | undefined;
  readonly imageUrl?: string | undefined;
}

export function changeProductDetails(
  command: ChangeProductDetails,
  state: ProductState,
): Decision<ProductEvent, NotActive> {
  if (state.status !== 'ACTIVE') {
    return refuseNotActive(command.productId, state.status);
  }
  const name = command.name ?? state.name;
  const imageUrl = command.imageUrl ?? state.imageUrl;
  return accept({
    type: 'ProductDetailsChanged',
    data: { productId: state.productId, name, ...(imageUrl !== undefined && { imageUrl }) },
  });
}
