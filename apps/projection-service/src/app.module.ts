import { Module, type DynamicModule } from '@nestjs/common';
import type { ProjectionServiceConfig } from './config';
import { ConsumerModule } from './consumer/consumer.module';
import { EventLogModule } from './event-log/event-log.module';
import { ReadStoreModule } from './read-store/read-store.module';

@Module({})
export class AppModule {
  static forRoot(config: ProjectionServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRoot(config.eventLog),
        ReadStoreModule.forRoot(config.readStore),
        ConsumerModule.forRoot(config),
      ],
    };
  }
}
