import { Module } from '@nestjs/common';
import { ListStreamEventsController } from './list-stream-events/list-stream-events.controller';
import { ListStreamEventsHandler } from './list-stream-events/list-stream-events.handler';

@Module({
  controllers: [ListStreamEventsController],
  providers: [ListStreamEventsHandler],
})
export class StreamsModule {}
