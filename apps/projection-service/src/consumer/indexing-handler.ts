import type { ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import type { ReadModelCollections } from '../generations/read-model-collections';

/**
 * If a database comes back empty while this process runs, its collections, validators and indexes are lost as well.
 * Every partition then starts at position 1 again, so they are created again at that position.
 */
export class IndexingHandler implements PartitionHandler {
  constructor(
    private readonly collections: ReadModelCollections,
    private readonly runner: PartitionHandler,
  ) {}

  async handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    if (batch.after.position === 0) {
      await this.collections.ensure();
    }
    await this.runner.handle(batch, signal);
  }

  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    return this.runner.handleParked(batch, signal);
  }
}
