import type { ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import type { ReadModelPlaces } from '../generations/read-model-places';

/**
 * If a database comes back empty while this process runs, the places of its documents, with their checks and indexes,
 * are lost as well. Every partition then starts at position 1 again, so they are created again at that position.
 */
export class IndexingHandler implements PartitionHandler {
  constructor(
    private readonly places: ReadModelPlaces,
    private readonly runner: PartitionHandler,
  ) {}

  async handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    if (batch.after.position === 0) {
      await this.places.ensure();
    }
    await this.runner.handle(batch, signal);
  }

  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    return this.runner.handleParked(batch, signal);
  }
}
