import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { WriteModule } from '../write/write.module';
import { processCommandHandlers } from './process-commands';
import { ProcessCommandsController } from './process-commands.controller';

/** The use cases of the commands that processes send. */
@Module({
  imports: [CqrsModule, WriteModule],
  controllers: [ProcessCommandsController],
  providers: processCommandHandlers,
})
export class ProcessCommandsModule {}
