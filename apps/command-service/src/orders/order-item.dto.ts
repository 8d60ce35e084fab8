import type { ProductId } from '@tidemark/catalogue';
import { IsIdentifier, IsQuantity, MoneyDto, NestedObject } from '@tidemark/platform';

export class OrderItemDto {
  @IsIdentifier()
  readonly productId!: ProductId;

  @IsQuantity()
  readonly quantity!: number;

  @NestedObject(() => MoneyDto, {
    optional: true,
    description: "Replaces the catalogue's price. Only callers with role `service` may set it",
  })
  readonly unitPrice?: MoneyDto;
}
