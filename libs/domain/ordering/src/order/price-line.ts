import type { CatalogueEntry, ProductId } from '@tidemark/catalogue';
import type { Refusal } from '@tidemark/kernel';
import { multiplyMoney, type Money } from '@tidemark/kernel/money';
import type { OrderLine } from './order-line';

export const maxLinesPerOrder = 10;

/** A requested line, with the facts that decide on it. The facts were looked up beforehand. */
export interface RequestedLine {
  readonly productId: ProductId;
  readonly quantity: number;
  /** `undefined`: the catalogue does not know the product. */
  readonly product: CatalogueEntry | undefined;
  /** Pieces in stock that are not reserved. Advisory: the reservation after payment decides. */
  readonly available: number;
  /** Replaces the catalogue's price. The controller checks whether the caller may set one. */
  readonly agreedUnitPrice?: Money | undefined;
}

export type LineRefusal =
  | 'order_item_limit'
  | 'duplicate_product'
  | 'unknown_product'
  | 'product_discontinued'
  | 'mixed_currency'
  | 'insufficient_stock'
  | 'order_total_too_large';

/** The new line with its price snapshot, or the rule that refuses it. */
export function priceLine(
  lines: readonly OrderLine[],
  { productId, quantity, product, available, agreedUnitPrice }: RequestedLine,
): OrderLine | Refusal<LineRefusal> {
  if (lines.length >= maxLinesPerOrder) {
    return { code: 'order_item_limit', message: `an order can have at most ${maxLinesPerOrder} lines` };
  }
  if (lines.some((line) => line.productId === productId)) {
    return { code: 'duplicate_product', message: `the order already has a line for product ${productId}` };
  }
  if (!product) {
    return { code: 'unknown_product', message: `there is no product ${productId}` };
  }
  if (product.status === 'DISCONTINUED') {
    return { code: 'product_discontinued', message: `product ${productId} is discontinued` };
  }
  const unitPrice = agreedUnitPrice ?? product.price;
  if (lines.some((line) => line.unitPrice.currency !== unitPrice.currency)) {
    return { code: 'mixed_currency', message: `the prices of the order are not in ${unitPrice.currency}` };
  }
  if (quantity > available) {
    return {
      code: 'insufficient_stock',
      // The message does not contain the number, because only operators may know how much is in stock.
      message: `there is not enough stock of product ${productId}`,
    };
  }
  if (!isSafeTotal(lines, unitPrice.amount * quantity)) {
    return { code: 'order_total_too_large', message: 'the total of the order is too large' };
  }
  return {
    productId,
    productName: product.name,
    ...(product.imageUrl !== undefined && { productImageUrl: product.imageUrl }),
    quantity,
    unitPrice,
    totalPrice: multiplyMoney(unitPrice, quantity),
  };
}

function isSafeTotal(lines: readonly OrderLine[], added: number): boolean {
  return Number.isSafeInteger(lines.reduce((sum, line) => sum + line.totalPrice.amount, added));
}
