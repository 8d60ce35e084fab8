import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { WriteModule } from '../write/write.module';
import { ProcessCommandGateway } from './process-command-gateway';

/** What every use case needs that a process asks for. */
@Module({
  imports: [CqrsModule, WriteModule],
  providers: [ProcessCommandGateway],
  exports: [ProcessCommandGateway],
})
export class ProcessCommandsModule {}
