import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import {
  bound,
  fedGenerations,
  GenerationRegistry,
  MongoParkedStore,
  prepareReadModel,
} from '@tidemark/projections';
import { readModels, type ReadModelName, type ReadStore } from '@tidemark/read-models';
import { projections } from '../projections';
import { READ_STORE } from '../tokens';

/** The collections of everything that this service keeps in MongoDB, with their validators and indexes. */
@Injectable()
export class ReadModelCollections {
  private readonly withoutValidator;

  constructor(
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly registry: GenerationRegistry,
    private readonly parked: MongoParkedStore,
    metrics: Metrics,
  ) {
    this.withoutValidator = metrics.gauge({
      name: 'tidemark_projection_unvalidated_collection',
      help: '1 if the MongoDB server does not support the validator of this collection',
      labelNames: ['generation'],
    });
  }

  /**
   * Creates what is missing. Idempotent, and safe from several processes at once. Collections that another release
   * fills are left alone, because this release's validator would refuse its documents.
   */
  async ensure(): Promise<void> {
    for (const state of await this.registry.ensure(projections)) {
      for (const { name: generation } of bound(projections, fedGenerations(state))) {
        await this.prepare(state.name, generation);
      }
    }
    await this.parked.ensureIndexes();
  }

  readonly prepare = async (model: string, generation: string): Promise<void> => {
    const readModel = readModels[model as ReadModelName];
    const validation = await prepareReadModel(this.readStore.db, readModel, generation);
    if (validation === 'unsupported') {
      this.withoutValidator.set({ generation }, 1);
    }
  };
}
