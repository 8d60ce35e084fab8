import type { CatalogueEntry, ProductId } from '@tidemark/catalogue';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import type { StockItemEvent } from './events';
import type { StockItemState } from './stock-item';

export interface ReceiveStock {
  readonly productId: ProductId;
  readonly quantity: number;
  /** The delivery note or whatever the goods came with. */
  readonly reference?: string | undefined;
  /** `undefined`: the catalogue does not know it. A discontinued product may still come back. */
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
