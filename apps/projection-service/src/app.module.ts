import { Module, type DynamicModule } from '@nestjs/common';
import type { ProjectionServiceConfig } from './config';
import { ConsumerModule } from './consumer/consumer.module';
import { EventLogModule } from './event-log/event-log.module';
import { GenerationsModule } from './generations/generations.module';
import { ReadStoreModule } from './read-store/read-store.module';
import { VerificationModule } from './verification/verification.module';

@Module({})
export class AppModule {
  static forRoot(config: ProjectionServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventLogModule.forRoot(config.eventLog),
        ReadStoreModule.forRoot(config.readStore),
        GenerationsModule.forRoot(config),
        VerificationModule.forRoot(config.generations),
        ConsumerModule.forRoot(config),
      ],
    };
  }
}
