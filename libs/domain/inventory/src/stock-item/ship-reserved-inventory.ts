import type { ProductId } from '@tidemark/catalogue';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { StockItemEvent } from './events';
import { standingOf, type StockItemState } from './stock-item';

/** The process sends it when the order's shipment was dispatched. */
export interface ShipReservedInventory {
  readonly productId: ProductId;
  readonly orderId: OrderId;
}

/** A shipment only contains reserved pieces, so no refusal is expected here. */
export function shipReservedInventory(
  { productId, orderId }: ShipReservedInventory,
  state: StockItemState,
): Decision<StockItemEvent, 'reservation_not_found'> {
  const quantity = state.reservations[orderId];
  if (quantity === undefined) {
    return standingOf(state, orderId) === 'SHIPPED'
      ? accept()
      : refuse('reservation_not_found', `order ${orderId} has no reservation of product ${productId}`);
  }
  return accept({
    type: 'ReservedInventoryShipped',
    data: {
      productId,
      orderId,
      quantity,
      onHand: state.onHand - quantity,
      reserved: state.reserved - quantity,
    },
  });
}
