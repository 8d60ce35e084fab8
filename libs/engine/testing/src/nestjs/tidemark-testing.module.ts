import type { DynamicModule } from '@nestjs/common';
import { TidemarkModule } from '@tidemark/nestjs';
import { OPEN_ENGINE } from '@tidemark/nestjs/internals';
import { InMemoryTidemark } from './in-memory-tidemark';

/** The part of `TestingModuleBuilder` of `@nestjs/testing` that is needed here. */
export interface OverridesProviders<Builder> {
  overrideProvider(token: symbol): { useValue(value: unknown): Builder };
}

/** Runs an application that uses `TidemarkModule` without any server. */
export class TidemarkTestingModule {
  /**
   * Takes the place of `TidemarkModule.forRoot`, for a test of some of the application's modules. A test may inject the
   * `InMemoryTidemark`.
   */
  static forRoot(tidemark = new InMemoryTidemark()): DynamicModule {
    // No database is opened, whatever the address.
    const { providers = [], exports = [], ...module } = TidemarkModule.forRoot({ databaseUrl: 'memory:' });
    return {
      ...module,
      providers: [
        ...providers,
        { provide: OPEN_ENGINE, useValue: tidemark.open },
        { provide: InMemoryTidemark, useValue: tidemark },
      ],
      exports: [...exports, InMemoryTidemark],
    };
  }

  /**
   * For a test of the whole application, whose root module imports `TidemarkModule.forRoot`:
   * `TidemarkTestingModule.replaceIn(Test.createTestingModule({ imports: [AppModule] }), tidemark)`. The options are
   * still made, and `databaseUrl` and other addresses in them are not used.
   */
  static replaceIn<Builder>(builder: OverridesProviders<Builder>, tidemark: InMemoryTidemark): Builder {
    return builder.overrideProvider(OPEN_ENGINE).useValue(tidemark.open);
  }
}
