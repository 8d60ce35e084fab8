import { Module } from '@nestjs/common';
import { ProcessCommandsModule } from '../process-commands/process-commands.module';
import { WriteModule } from '../write/write.module';
import { AdjustStockController } from './adjust-stock/adjust-stock.controller';
import { AdjustStockHandler } from './adjust-stock/adjust-stock.handler';
import { ReceiveStockController } from './receive-stock/receive-stock.controller';
import { ReceiveStockHandler } from './receive-stock/receive-stock.handler';
import { ReleaseInventoryController } from './release-inventory/release-inventory.controller';
import { ReleaseInventoryHandler } from './release-inventory/release-inventory.handler';
import { ReserveInventoryController } from './reserve-inventory/reserve-inventory.controller';
import { ReserveInventoryHandler } from './reserve-inventory/reserve-inventory.handler';
import { ShipReservedInventoryController } from './ship-reserved-inventory/ship-reserved-inventory.controller';
import { ShipReservedInventoryHandler } from './ship-reserved-inventory/ship-reserved-inventory.handler';

@Module({
  imports: [WriteModule, ProcessCommandsModule],
  controllers: [
    AdjustStockController,
    ReceiveStockController,
    ReleaseInventoryController,
    ReserveInventoryController,
    ShipReservedInventoryController,
  ],
  providers: [
    AdjustStockHandler,
    ReceiveStockHandler,
    ReleaseInventoryHandler,
    ReserveInventoryHandler,
    ShipReservedInventoryHandler,
  ],
})
export class StockModule {}
