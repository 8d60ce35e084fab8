import { Module } from '@nestjs/common';
import { ListCorrelationEventsController } from './list-correlation-events/list-correlation-events.controller';
import { ListCorrelationEventsHandler } from './list-correlation-events/list-correlation-events.handler';

@Module({
  controllers: [ListCorrelationEventsController],
  providers: [ListCorrelationEventsHandler],
})
export class CorrelationsModule {}
