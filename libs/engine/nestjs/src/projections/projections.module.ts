import { ConfigurableModuleBuilder, Module, type FactoryProvider, type Type } from '@nestjs/common';
import type { EventLog } from '@tidemark/event-store';
import { EVENT_LOG } from '@tidemark/event-store/nestjs';
import { ConsumerGroup, ParkedWork } from '@tidemark/messaging';
import {
  GenerationFeeds,
  GenerationRegistry,
  Rebuilds,
  ServingGate,
  type ReadStore,
} from '@tidemark/projections';
import { EVENT_DELIVERY } from '../delivery/delivery.module';
import type { OpenDelivery } from '../delivery/open-delivery';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import { faultCheck, type HealthCheck } from '../part';
import { READ_STORE } from '../read-models/read-store.module';
import { ProjectionsPart, type ProjectionsOptions } from './projections-part';

export type ProjectionsModuleOptions = ProjectionsOptions;

/** The token of the health checks of the projections and of their consumers. */
export const PROJECTIONS_CHECKS = Symbol('checks of the projections');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ProjectionsModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

const provided: readonly FactoryProvider[] = [
  of(ConsumerGroup, ({ consumers }) => consumers),
  of(GenerationFeeds, ({ feeds }) => feeds),
  of(GenerationRegistry, ({ registry }) => registry),
  of(ParkedWork, ({ parked }) => parked),
  of(Rebuilds, ({ rebuilds }) => rebuilds),
  of(ServingGate, ({ gate }) => gate),
];

/**
 * Keeps read models up to date, for a deployment that does nothing else: the work ends before the last requests. It
 * provides `ConsumerGroup`, `GenerationFeeds`, `GenerationRegistry`, `ParkedWork`, `Rebuilds` and `ServingGate`. Needs
 * the `LogModule`, the `ReadStoreModule` and the `DeliveryModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: ProjectionsPart,
      useFactory: (
        options: ProjectionsModuleOptions,
        log: EventLog,
        readStore: ReadStore,
        { delivery }: OpenDelivery,
        opened: Opened,
      ) => opened.addPart(new ProjectionsPart({ ...options, log, readStore, delivery, areAwaited: false })),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG, READ_STORE, EVENT_DELIVERY, Opened],
    },
    {
      provide: PROJECTIONS_CHECKS,
      useFactory: ({ gate, consumers }: ProjectionsPart): readonly HealthCheck[] => [
        { name: 'projections', check: () => gate.requireOpen() },
        faultCheck('consumers', consumers),
      ],
      inject: [ProjectionsPart],
    },
    ...provided,
  ],
  exports: [PROJECTIONS_CHECKS, ...provided.map(({ provide }) => provide)],
})
export class ProjectionsModule extends ConfigurableModuleClass {}

function of<Provided>(
  provide: Type<Provided>,
  useFactory: (part: ProjectionsPart) => Provided,
): FactoryProvider {
  return { provide, useFactory, inject: [ProjectionsPart] };
}
