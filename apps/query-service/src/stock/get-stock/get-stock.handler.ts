import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { StockLevelDto } from '../stock-level.dto';
import { GetStockQuery } from './get-stock.query';

@QueryHandler(GetStockQuery)
export class GetStockHandler implements IQueryHandler<GetStockQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ productId }: GetStockQuery): Promise<StockLevelDto | undefined> {
    const document = await this.readModels.findOne('stock_levels', productId);
    return document && StockLevelDto.of(document);
  }
}
