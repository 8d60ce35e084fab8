import type { ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import type { Projection } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import { bound } from './generation';
import { fedGenerations, type GenerationRegistry } from './generation-registry';
import type { ProjectionStore } from './projection-store';
import type { PrepareGeneration } from './rebuilder';

export interface GenerationPlacesOptions {
  readonly store: Pick<ProjectionStore, 'documents' | 'prepare'>;
  readonly registry: Pick<GenerationRegistry, 'ensure'>;
  readonly projections: readonly Projection[];
  /** The read models of the projections. */
  readonly readModels: readonly ReadModel[];
  /** Called for a generation whose documents the server can't check. */
  readonly onUnchecked?: (generation: string) => void;
}

/** The collections or tables of all generations that this code can fill, with their checks and indexes. */
export class GenerationPlaces {
  private readonly readModels: ReadonlyMap<string, ReadModel>;

  constructor(private readonly options: GenerationPlacesOptions) {
    this.readModels = new Map(options.readModels.map((readModel) => [readModel.name, readModel]));
  }

  /**
   * Creates what is missing. Idempotent, and safe from several processes at once. Places that another release fills
   * are left alone, because this release's check would refuse its documents.
   */
  async ensure(): Promise<void> {
    const { registry, projections, store } = this.options;
    for (const state of await registry.ensure(projections)) {
      for (const { name: generation } of bound(projections, fedGenerations(state))) {
        await this.prepare(state.name, generation);
      }
    }
    await store.prepare();
  }

  readonly prepare: PrepareGeneration = async (model, generation) => {
    const validation = await this.options.store.documents.prepare(this.readModels.get(model)!, generation);
    if (validation === 'unsupported') {
      this.options.onUnchecked?.(generation);
    }
  };

  /**
   * The handler, with the places made first. If a database comes back empty while this process runs, the places are
   * lost as well. Every partition then starts at position 1 again, so they are created again at that position.
   */
  madeBefore(handler: PartitionHandler): PartitionHandler {
    return {
      handle: async (batch: PartitionBatch, signal: AbortSignal) => {
        if (batch.after.position === 0) {
          await this.ensure();
        }
        await handler.handle(batch, signal);
      },
      handleParked: (batch: ParkedBatch, signal: AbortSignal) => handler.handleParked(batch, signal),
    };
  }
}
