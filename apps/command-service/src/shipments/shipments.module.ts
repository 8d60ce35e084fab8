import { Module } from '@nestjs/common';
import { ProcessCommandsModule } from '../process-commands/process-commands.module';
import { WriteModule } from '../write/write.module';
import { CancelShipmentController } from './cancel-shipment/cancel-shipment.controller';
import { CancelShipmentHandler } from './cancel-shipment/cancel-shipment.handler';
import { CreateShipmentController } from './create-shipment/create-shipment.controller';
import { CreateShipmentHandler } from './create-shipment/create-shipment.handler';
import { DeliverShipmentController } from './deliver-shipment/deliver-shipment.controller';
import { DeliverShipmentHandler } from './deliver-shipment/deliver-shipment.handler';
import { DispatchShipmentController } from './dispatch-shipment/dispatch-shipment.controller';
import { DispatchShipmentHandler } from './dispatch-shipment/dispatch-shipment.handler';

@Module({
  imports: [WriteModule, ProcessCommandsModule],
  controllers: [
    CancelShipmentController,
    CreateShipmentController,
    DeliverShipmentController,
    DispatchShipmentController,
  ],
  providers: [CancelShipmentHandler, CreateShipmentHandler, DeliverShipmentHandler, DispatchShipmentHandler],
})
export class ShipmentsModule {}
