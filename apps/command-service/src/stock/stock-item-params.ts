import type { ProductId } from '@tidemark/catalogue';
import { IsIdentifier } from '@tidemark/platform';

export class StockItemParams {
  @IsIdentifier()
  readonly productId!: ProductId;
}
