import { PageQueryDto, QueryNumber } from '@tidemark/platform';

export class ListStockParams extends PageQueryDto {
  @QueryNumber({
    optional: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Only products with less stock available than this',
  })
  readonly belowAvailable?: number;
}
