import { Module } from '@nestjs/common';
import { ParkedWork } from '@tidemark/messaging';
import { PARKED_WORK, ParkedController } from '@tidemark/platform';
import { ListProjectionsController } from './list-projections.controller';
import { ProgressMetrics } from './progress-metrics';

/** Shows operators the progress of the read models, and what is parked. */
@Module({
  controllers: [ListProjectionsController, ParkedController],
  providers: [{ provide: PARKED_WORK, useExisting: ParkedWork }, ProgressMetrics],
})
export class OperationsModule {}
