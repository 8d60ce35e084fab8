import type { ProductId } from '@tidemark/catalogue';
import { accept, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { StockItemEvent } from './events';
import type { StockItemState } from './stock-item';

/** Sent by the process when the order will not be fulfilled. */
export interface ReleaseInventory {
  readonly productId: ProductId;
  readonly orderId: OrderId;
}

/**
 * Total: what the order does not hold is answered with a release of 0. If its reservation is yet to come, that leaves a
 * tombstone, and the late reservation is refused.
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
