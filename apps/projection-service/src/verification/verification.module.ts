import { Module, type DynamicModule } from '@nestjs/common';
import type { ProjectionServiceConfig } from '../config';
import { DriftMetrics } from './drift-metrics';
import { DriftSampler, SAMPLING } from './drift-sampler';
import { Verifiers } from './verifiers';
import { Verifications } from './verify-projection/verifications';
import { VerifyProjectionController } from './verify-projection/verify-projection.controller';

/** Whether the read models are what the log says: looked at all the time a little, and wholly when somebody asks. */
@Module({})
export class VerificationModule {
  static forRoot(sampling: ProjectionServiceConfig['generations']): DynamicModule {
    return {
      module: VerificationModule,
      global: true,
      controllers: [VerifyProjectionController],
      providers: [
        { provide: SAMPLING, useValue: sampling },
        DriftMetrics,
        DriftSampler,
        Verifiers,
        Verifications,
      ],
      exports: [DriftSampler],
    };
  }
}
