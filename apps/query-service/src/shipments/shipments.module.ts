import { Module } from '@nestjs/common';
import { GetShipmentController } from './get-shipment/get-shipment.controller';
import { GetShipmentHandler } from './get-shipment/get-shipment.handler';
import { ListShipmentsController } from './list-shipments/list-shipments.controller';
import { ListShipmentsHandler } from './list-shipments/list-shipments.handler';

@Module({
  controllers: [GetShipmentController, ListShipmentsController],
  providers: [GetShipmentHandler, ListShipmentsHandler],
})
export class ShipmentsModule {}
