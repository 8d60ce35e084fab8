import type { ProductId } from '@tidemark/catalogue';
import type { OrderId } from '@tidemark/ordering';
import { IsIdentifier, IsUuid } from '@tidemark/platform';

export class ReleaseInventoryDto {
  @IsIdentifier()
  readonly productId!: ProductId;

  @IsUuid()
  readonly orderId!: OrderId;
}
