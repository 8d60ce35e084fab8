import { Injectable } from '@nestjs/common';
import { catalogueEntryOf, product, type ProductId } from '@tidemark/catalogue';
import { CommandExecutor } from '@tidemark/event-store';
import { availableOf, stockItem } from '@tidemark/inventory';
import type { Money } from '@tidemark/kernel/money';
import type { RequestedLine } from '@tidemark/ordering';

export interface RequestedItem {
  readonly productId: ProductId;
  readonly quantity: number;
  readonly unitPrice?: Money;
}

/** Looks up the facts that decide on an order's line: the product in the catalogue, and its stock. */
@Injectable()
export class LineFacts {
  constructor(private readonly executor: CommandExecutor) {}

  async of({ productId, quantity, unitPrice }: RequestedItem): Promise<RequestedLine> {
    const [entry, stock] = await Promise.all([
      this.executor.load(product, productId),
      this.executor.load(stockItem, productId),
    ]);
    return {
      productId,
      quantity,
      product: catalogueEntryOf(entry.state),
      available: availableOf(stock.state),
      agreedUnitPrice: unitPrice,
    };
  }
}
