import { Module } from '@nestjs/common';
import { FulfilmentReader } from './fulfilment-reader';
import { GetFulfilmentController } from './get-fulfilment.controller';
import { ListFulfilmentsController } from './list-fulfilments.controller';
import { StuckFulfilmentsController } from './stuck-fulfilments.controller';

/** The routes that show fulfilments, and those with which operators resolve stuck ones. */
@Module({
  controllers: [ListFulfilmentsController, GetFulfilmentController, StuckFulfilmentsController],
  providers: [FulfilmentReader],
})
export class FulfilmentsModule {}
