import { Module, type DynamicModule } from '@nestjs/common';
import type { ProjectionServiceConfig } from '../config';
import { DriftMetrics } from './drift-metrics';
import { DriftSampler } from './drift-sampler';
import { SAMPLING } from '../tokens';
import { Verifiers } from './verifiers';
import { Verifications } from './verify-projection/verifications';
import { VerifyProjectionController } from './verify-projection/verify-projection.controller';

/** Compares the read models with the log: samples all the time, and a whole read model on request. */
@Module({})
export class VerificationModule {
  static forRoot(sampling: ProjectionServiceConfig['generations']): DynamicModule {
    return {
      module: VerificationModule,
      controllers: [VerifyProjectionController],
      providers: [
        { provide: SAMPLING, useValue: sampling },
        DriftMetrics,
        DriftSampler,
        Verifiers,
        Verifications,
      ],
    };
  }
}
