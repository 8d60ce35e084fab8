import { IsText } from './field-rules';
import { QueryNumber } from './query-number';

/** The paging parameters of a list. Extend it with the list's filters. */
export class PageQueryDto {
  @QueryNumber({ min: 1, max: 100, default: 20 })
  readonly limit: number = 20;

  @IsText(1024, { optional: true, description: 'The `nextCursor` of the previous page' })
  readonly cursor?: string;
}
