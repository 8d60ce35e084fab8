import type { ProductId } from '@tidemark/catalogue';
import { IsIdentifier } from '@tidemark/platform';

export class ProductIdParams {
  @IsIdentifier()
  readonly id!: ProductId;
}
