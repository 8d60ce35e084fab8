import { Module } from '@nestjs/common';
import { WriteModule } from '../write/write.module';
import { AdjustStockController } from './adjust-stock/adjust-stock.controller';
import { AdjustStockHandler } from './adjust-stock/adjust-stock.handler';
import { ReceiveStockController } from './receive-stock/receive-stock.controller';
import { ReceiveStockHandler } from './receive-stock/receive-stock.handler';

@Module({
  imports: [WriteModule],
  controllers: [AdjustStockController, ReceiveStockController],
  providers: [AdjustStockHandler, ReceiveStockHandler],
})
export class StockModule {}
