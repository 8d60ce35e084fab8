import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { GenerationPlaces, GenerationRegistry } from '@tidemark/projections';
import { readModels, type ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import { projections } from '../projections';

/** The collections or tables of everything that this service keeps, with their checks and indexes. */
@Injectable()
export class ReadModelPlaces extends GenerationPlaces {
  constructor(
    @Inject(READ_STORE) { projections: store }: ReadStore,
    registry: GenerationRegistry,
    metrics: Metrics,
  ) {
    const unchecked = metrics.gauge({
      name: 'tidemark_projection_unvalidated_collection',
      help: "1 if the server of the read models can't check the documents of this generation",
      labelNames: ['generation'],
    });
    super({
      store,
      registry,
      projections,
      readModels: Object.values(readModels),
      onUnchecked: (generation) => unchecked.set({ generation }, 1),
    });
  }
}
