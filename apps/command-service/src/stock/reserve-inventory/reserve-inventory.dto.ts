import type { ProductId } from '@tidemark/catalogue';
import type { OrderId } from '@tidemark/ordering';
import { IsIdentifier, IsQuantity, IsUuid } from '@tidemark/platform';

export class ReserveInventoryDto {
  @IsIdentifier()
  readonly productId!: ProductId;

  @IsUuid()
  readonly orderId!: OrderId;

  @IsQuantity()
  readonly quantity!: number;
}
