import { refuse, type Decision } from '@tidemark/kernel';
import type { ProductId } from '../product-id';
import type { ProductState } from './product';

export type NotActive = 'not_found' | 'product_discontinued';

export function refuseNotActive(
  productId: ProductId,
  status: Exclude<ProductState['status'], 'ACTIVE'>,
): Decision<never, NotActive> {
  return status === 'ABSENT'
    ? refuse('not_found', `there is no product ${productId}`)
    : refuse('product_discontinued', `product ${productId} is discontinued`);
}
