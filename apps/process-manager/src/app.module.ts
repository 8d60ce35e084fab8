import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessManagerConfig } from './config';
import { EventLogModule } from './event-log/event-log.module';
import { FulfilmentsModule } from './fulfilments/fulfilments.module';
import { ProcessModule } from './process/process.module';

@Module({})
export class AppModule {
  static forRoot(config: ProcessManagerConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [EventLogModule.forRoot(config.eventLog), ProcessModule.forRoot(config), FulfilmentsModule],
    };
  }
}
