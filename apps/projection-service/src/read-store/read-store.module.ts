import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { readStoreWhenThere, type ReadStore } from '@tidemark/read-models';
import type { ProjectionServiceConfig } from '../config';
import { READ_STORE } from './token';

/** The read models' database, open until nothing writes to it any more. */
@Module({})
export class ReadStoreModule implements OnApplicationShutdown {
  static forRoot({ url, maxConnections }: ProjectionServiceConfig['readStore']): DynamicModule {
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        {
          provide: READ_STORE,
          useFactory: () =>
            readStoreWhenThere(url, { applicationName: 'projection-service', maxConnections, onWaiting }),
        },
        {
          provide: READINESS_CHECKS,
          useFactory: ({ db }: ReadStore): readonly ReadinessCheck[] => [
            { name: 'mongodb', check: () => db.command({ ping: 1 }) },
          ],
          inject: [READ_STORE],
        },
      ],
      exports: [READ_STORE],
    };
  }

  constructor(@Inject(READ_STORE) private readonly store: ReadStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

function onWaiting(err: unknown): void {
  new Logger('ReadStore').warn({ err }, 'the read models can not be reached yet');
}
