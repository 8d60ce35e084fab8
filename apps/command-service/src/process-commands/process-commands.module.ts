import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { WriteModule } from '../write/write.module';
import { processCommandHandlers } from './process-commands';
import { ProcessCommandsController } from './process-commands.controller';

/** The use cases that a process asks for. */
@Module({
  imports: [CqrsModule, WriteModule],
  controllers: [ProcessCommandsController],
  providers: processCommandHandlers,
})
export class ProcessCommandsModule {}
