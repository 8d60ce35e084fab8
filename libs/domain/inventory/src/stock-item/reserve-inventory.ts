import type { ProductId } from '@tidemark/catalogue';
import { accept, type Decision } from '@tidemark/kernel';
import type { OrderId } from '@tidemark/ordering';
import type { StockItemEvent } from './events';
import { availableOf, standingOf, type StockItemState } from './stock-item';

/** The process sends it for each line of a paid order. */
export interface ReserveInventory {
  readonly productId: ProductId;
  readonly orderId: OrderId;
  readonly quantity: number;
}

/** Total, and only once per order: a reservation that is held, shipped, refused or released does not change. */
export function reserveInventory(
  { productId, orderId, quantity }: ReserveInventory,
  state: StockItemState,
): Decision<StockItemEvent, never> {
  const { onHand, reserved } = state;
  const fail = (reason: 'insufficient_stock' | 'reservation_released') =>
    accept<StockItemEvent>({
      type: 'InventoryReservationFailed',
      data: { productId, orderId, quantity, reason, onHand, reserved },
    });
  const standing = standingOf(state, orderId);
  switch (standing) {
    case 'RESERVED':
    case 'SHIPPED':
      return accept();
    case 'REFUSED':
      return fail('insufficient_stock');
    case 'TOMBSTONE':
    case 'RELEASED':
      return fail('reservation_released');
    case undefined:
      return quantity > availableOf(state)
        ? fail('insufficient_stock')
        : accept({
            type: 'InventoryReserved',
            data: { productId, orderId, quantity, onHand, reserved: reserved + quantity },
          });
    default:
      return standing satisfies never;
  }
}
