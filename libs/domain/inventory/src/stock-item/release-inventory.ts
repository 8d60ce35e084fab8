import type { ProductId } from '@tidemark/catalogue';
import { accept, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { StockItemEvent } from './events';
import type { StockItemState } from './stock-item';

/** The process sends it when the order will not be fulfilled. */
export interface ReleaseInventory {
  readonly productId: ProductId;
  readonly orderId: OrderId;
}

/**
 * Never refuses. If the order has no reservation, the answer is a release of 0. That leaves a tombstone, so that a
 * reservation that arrives later is refused.
 */
export function releaseInventory(
  { productId, orderId }: ReleaseInventory,
  { onHand, reserved, reservations }: StockItemState,
): Decision<StockItemEvent, never> {
  const quantity = reservations[orderId] ?? 0;
  return accept({
    type: 'InventoryReleased',
    data: { productId, orderId, quantity, onHand, reserved: reserved - quantity },
  });
}
