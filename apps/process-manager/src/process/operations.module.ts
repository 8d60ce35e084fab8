import { Module } from '@nestjs/common';
import { ParkedWork } from '@tidemark/messaging';
import { PARKED_WORK, ParkedController } from '@tidemark/platform';
import { ListPartitionsController } from './list-partitions.controller';
import { ProcessMetrics } from './process-metrics';

/** Shows operators the progress of the fulfilments, and what is parked. */
@Module({
  controllers: [ParkedController, ListPartitionsController],
  providers: [{ provide: PARKED_WORK, useExisting: ParkedWork }, ProcessMetrics],
})
export class OperationsModule {}
