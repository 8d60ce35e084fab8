import { Module } from '@nestjs/common';
import { GetStockController } from './get-stock/get-stock.controller';
import { GetStockHandler } from './get-stock/get-stock.handler';
import { ListStockController } from './list-stock/list-stock.controller';
import { ListStockHandler } from './list-stock/list-stock.handler';

@Module({
  controllers: [GetStockController, ListStockController],
  providers: [GetStockHandler, ListStockHandler],
})
export class StockModule {}
