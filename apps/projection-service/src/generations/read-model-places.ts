import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { bound, fedGenerations, GenerationRegistry } from '@tidemark/projections';
import { readModels, type ReadModelName, type ReadStore } from '@tidemark/read-models';
import { READ_STORE } from '@tidemark/read-models/nestjs';
import { projections } from '../projections';

/** The collections or tables of everything that this service keeps, with their checks and indexes. */
@Injectable()
export class ReadModelPlaces {
  private readonly withoutValidator;

  constructor(
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly registry: GenerationRegistry,
    metrics: Metrics,
  ) {
    this.withoutValidator = metrics.gauge({
      name: 'tidemark_projection_unvalidated_collection',
      help: "1 if the server of the read models can't check the documents of this generation",
      labelNames: ['generation'],
    });
  }

  /**
   * Creates what is missing. Idempotent, and safe from several processes at once. Places that another release fills
   * are left alone, because this release's check would refuse its documents.
   */
  async ensure(): Promise<void> {
    for (const state of await this.registry.ensure(projections)) {
      for (const { name: generation } of bound(projections, fedGenerations(state))) {
        await this.prepare(state.name, generation);
      }
    }
    await this.readStore.projections.prepare();
  }

  readonly prepare = async (model: string, generation: string): Promise<void> => {
    const readModel = readModels[model as ReadModelName];
    const validation = await this.readStore.projections.documents.prepare(readModel, generation);
    if (validation === 'unsupported') {
      this.withoutValidator.set({ generation }, 1);
    }
  };
}
