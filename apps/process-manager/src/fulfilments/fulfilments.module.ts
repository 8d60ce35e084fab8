import { Module } from '@nestjs/common';
import { FulfilmentReader } from './fulfilment-reader';
import { GetFulfilmentController } from './get-fulfilment.controller';
import { ListFulfilmentsController } from './list-fulfilments.controller';
import { StuckFulfilmentsController } from './stuck-fulfilments.controller';

/** What people see of the fulfilments, and what they can do about those that are stuck. */
@Module({
  controllers: [ListFulfilmentsController, GetFulfilmentController, StuckFulfilmentsController],
  providers: [FulfilmentReader],
})
export class FulfilmentsModule {}
