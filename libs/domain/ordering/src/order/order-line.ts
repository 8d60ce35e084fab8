import { priceSchema, productIdSchema, quantitySchema, type ProductId } from '@tidemark/catalogue';
import { addMoney, moneySchema, type Money } from '@tidemark/kernel/money';
import { z } from 'zod';

/** One product of an order, with name, image and price as the catalogue had them when the line was added. */
export const orderLineSchema = z.strictObject({
  productId: productIdSchema,
  productName: z.string().min(1),
  productImageUrl: z.string().min(1).optional(),
  quantity: quantitySchema,
  unitPrice: priceSchema,
  /** `unitPrice` × `quantity` */
  totalPrice: moneySchema,
});

export type OrderLine = Readonly<z.infer<typeof orderLineSchema>>;

/** Computes the order's total. No other code does. */
export function totalOf(lines: readonly OrderLine[]): Money {
  return lines.map((line) => line.totalPrice).reduce(addMoney);
}

export function linesWithout(lines: readonly OrderLine[], productId: ProductId): readonly OrderLine[] {
  return lines.filter((line) => line.productId !== productId);
}
