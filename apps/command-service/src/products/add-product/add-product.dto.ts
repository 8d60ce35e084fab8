import type { ProductId } from '@tidemark/catalogue';
import { IsIdentifier, IsText, MoneyDto, NestedObject } from '@tidemark/platform';
import { IsImageUrl } from '../is-image-url';

export class AddProductDto {
  @IsIdentifier()
  readonly productId!: ProductId;

  @IsText(200, { example: 'Harbour lamp' })
  readonly name!: string;

  @IsImageUrl({ optional: true })
  readonly imageUrl?: string;

  @NestedObject(() => MoneyDto)
  readonly price!: MoneyDto;
}
