import type { CatalogueEntry, ProductId } from '@tidemark/catalogue';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { StockItemEvent } from './events';
import { availableOf, type StockItemState } from './stock-item';

export interface AdjustStock {
  readonly productId: ProductId;
  /** The number of pieces to add; negative to remove pieces. */
  readonly quantity: number;
  readonly reason: string;
  /** `undefined`: the catalogue does not know the product. */
  readonly product: CatalogueEntry | undefined;
}

/** Pieces that are reserved for orders can't be removed. */
export function adjustStock(
  { productId, quantity, reason, product }: AdjustStock,
  state: StockItemState,
): Decision<StockItemEvent, 'unknown_product' | 'stock_would_be_negative'> {
  if (!product) {
    return refuse('unknown_product', `there is no product ${productId}`);
  }
  if (availableOf(state) + quantity < 0) {
    return refuse('stock_would_be_negative', `${productId}: ${availableOf(state)} available`);
  }
  if (quantity === 0) {
    return accept();
  }
  const { onHand, reserved } = state;
  return accept({
    type: 'StockAdjusted',
    data: { productId, quantity, reason, onHand: onHand + quantity, reserved },
  });
}
