import { IsText } from '@tidemark/platform';
import { IsImageUrl } from '../is-image-url';

/** Absent fields keep their value. */
export class ChangeProductDetailsDto {
  @IsText(200, { optional: true, example: 'Harbour lamp, brass' })
  readonly name?: string;

  @IsImageUrl({ optional: true })
  readonly imageUrl?: string;
}
