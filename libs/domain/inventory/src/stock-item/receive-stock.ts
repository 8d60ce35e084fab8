import type { CatalogueEntry, ProductId } from '@tidemark/catalogue';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { StockItemEvent } from './events';
import type { StockItemState } from './stock-item';

export interface ReceiveStock {
  readonly productId: ProductId;
  readonly quantity: number;
  /** The number of the delivery note, or another reference of the delivery. */
  readonly reference?: string | undefined;
  /** `undefined`: the catalogue does not know the product. A discontinued product may still be returned to stock. */
  readonly product: CatalogueEntry | undefined;
}

export function receiveStock(
  { productId, quantity, reference, product }: ReceiveStock,
  { onHand, reserved }: StockItemState,
): Decision<StockItemEvent, 'unknown_product'> {
  if (!product) {
    return refuse('unknown_product', `there is no product ${productId}`);
  }
  return accept({
    type: 'StockReceived',
    data: {
      productId,
      quantity,
      ...(reference !== undefined && { reference }),
      onHand: onHand + quantity,
      reserved,
    },
  });
}
