import { ConfigurableModuleBuilder, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { isTally } from '@tidemark/projections';
import { AggregateRepository } from './aggregates/aggregate-repository';
import { CommandStrategy } from './commands/command-strategy';
import { aggregateOf, projectionOf } from './definitions/definition-of';
import type { TidemarkFeature } from './definitions/feature';
import { Engine, type OpenEngine } from './engine';
import type { TidemarkOptions } from './options';
import { ReadModelReader, TallyReader } from './read-models/read-model-reader';
import { Tidemark } from './tidemark';
import { aggregateToken, OPEN_ENGINE, readModelToken, TIDEMARK_FEATURE, TIDEMARK_OPTIONS } from './tokens';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<TidemarkOptions>({
  optionsInjectionToken: TIDEMARK_OPTIONS,
})
  .setClassMethodName('forRoot')
  // Nest opens global modules first and closes them last, so Tidemark is open as long as any other module is.
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

const openEngine: OpenEngine = (...args) => Engine.open(...args);

/**
 * Tidemark for an application: `forRoot` or `forRootAsync` once, and `forFeature` in each module that has aggregates.
 *
 * The start fails with a fault of `errors.ts` that says what to do if two definitions contradict each other, or the
 * database does not fit them.
 */
@Module({
  // So that an application without a feature has at least one.
  providers: [
    Tidemark,
    CommandStrategy,
    { provide: TIDEMARK_FEATURE, useValue: {} },
    { provide: OPEN_ENGINE, useValue: openEngine },
  ],
  exports: [Tidemark, CommandStrategy],
})
export class TidemarkModule extends ConfigurableModuleClass {
  /** Adds definitions. The module that imports this may inject them; another module imports the same definitions. */
  static forFeature(feature: TidemarkFeature): DynamicModule {
    const { aggregates = [], projections = [], inlineProjections = [] } = feature;
    const handles = [
      ...aggregates
        .map(aggregateOf)
        .map((aggregate) =>
          handle(aggregateToken(aggregate), (tidemark) => new AggregateRepository(aggregate, tidemark)),
        ),
      ...[...projections, ...inlineProjections]
        .map(projectionOf)
        .map(({ readModel }) =>
          handle(readModelToken(readModel), (tidemark) =>
            isTally(readModel)
              ? new TallyReader(readModel, tidemark)
              : new ReadModelReader(readModel, tidemark),
          ),
        ),
    ];
    return {
      module: TidemarkFeatureModule,
      providers: [{ provide: TIDEMARK_FEATURE, useValue: feature }, ...handles],
      exports: handles.map(({ provide }) => provide),
    };
  }
}

@Module({})
class TidemarkFeatureModule {}

function handle(provide: symbol, useFactory: (tidemark: Tidemark) => unknown): FactoryProvider {
  return { provide, useFactory, inject: [Tidemark] };
}
