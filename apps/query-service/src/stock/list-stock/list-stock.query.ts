import { Query } from '@nestjs/cqrs';
import type { Page } from '../../paging/page';
import type { StockLevelDto } from '../stock-level.dto';

/** Lists stock in order of the products' ids. */
export class ListStockQuery extends Query<Page<StockLevelDto>> {
  constructor(
    readonly filter: { readonly belowAvailable?: number },
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
