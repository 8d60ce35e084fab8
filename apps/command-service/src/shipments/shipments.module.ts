import { Module } from '@nestjs/common';
import { WriteModule } from '../write/write.module';
import { DeliverShipmentController } from './deliver-shipment/deliver-shipment.controller';
import { DeliverShipmentHandler } from './deliver-shipment/deliver-shipment.handler';
import { DispatchShipmentController } from './dispatch-shipment/dispatch-shipment.controller';
import { DispatchShipmentHandler } from './dispatch-shipment/dispatch-shipment.handler';

@Module({
  imports: [WriteModule],
  controllers: [DeliverShipmentController, DispatchShipmentController],
  providers: [DeliverShipmentHandler, DispatchShipmentHandler],
})
export class ShipmentsModule {}
