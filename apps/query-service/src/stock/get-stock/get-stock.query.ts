import { Query } from '@nestjs/cqrs';
import type { StockLevelDto } from '../stock-level.dto';

/** `undefined` for a product that never had any stock. */
export class GetStockQuery extends Query<StockLevelDto | undefined> {
  constructor(readonly productId: string) {
    super();
  }
}
