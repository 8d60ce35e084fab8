import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import type { EventLog } from '@tidemark/event-store';
import { EVENT_LOG } from '@tidemark/event-store/nestjs';
import { LiveGenerations, type ReadStore } from '@tidemark/projections';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import { FollowedReadModels } from './followed-read-models';
import { READ_STORE } from './read-store.module';

export interface ReadsModuleOptions {
  /** The consumer group that fills the read models; `projections` by default. */
  readonly group?: string;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ReadsModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

/**
 * Reads of the read models, for a deployment that is made of single parts. It provides `LiveGenerations` and
 * `FollowedReadModels`, with which a read waits for a consistency token. Needs the `LogModule` and the
 * `ReadStoreModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: FollowedReadModels,
      useFactory: (options: ReadsModuleOptions, log: EventLog, readStore: ReadStore, opened: Opened) =>
        opened.addPart(new FollowedReadModels({ ...options, log, readStore })),
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG, READ_STORE, Opened],
    },
    {
      provide: LiveGenerations,
      useFactory: ({ live }: FollowedReadModels) => live,
      inject: [FollowedReadModels],
    },
  ],
  exports: [FollowedReadModels, LiveGenerations],
})
export class ReadsModule extends ConfigurableModuleClass {}
