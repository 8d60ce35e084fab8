import { IsText } from '@tidemark/platform';
import { IsImageUrl } from '../is-image-url';

/** What is absent stays as it is. */
export class ChangeProductDetailsDto {
  @IsText(200, { optional: true, example: 'Harbour lamp, brass' })
  readonly name?: string;

  @IsImageUrl({ optional: true })
  readonly imageUrl?: string;
}
