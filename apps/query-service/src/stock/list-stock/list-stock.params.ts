import { PageQueryDto, QueryNumber } from '@tidemark/platform';

export class ListStockParams extends PageQueryDto {
  @QueryNumber({
    optional: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Only what has less than this available',
  })
  readonly belowAvailable?: number;
}
