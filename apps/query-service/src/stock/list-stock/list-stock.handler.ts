import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { byId } from '../../paging/list-order';
import { mapPage, type Page } from '../../paging/page';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { StockLevelDto } from '../stock-level.dto';
import { ListStockQuery } from './list-stock.query';

@QueryHandler(ListStockQuery)
export class ListStockHandler implements IQueryHandler<ListStockQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ filter, page }: ListStockQuery): Promise<Page<StockLevelDto>> {
    const { belowAvailable } = filter;
    const found = await this.readModels.findPage({
      readModel: 'stock_levels',
      where: belowAvailable === undefined ? [] : [{ available: { lt: belowAvailable } }],
      order: byId,
      scope: { belowAvailable },
      ...page,
    });
    return mapPage(found, StockLevelDto.of);
  }
}
