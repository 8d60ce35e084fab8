import type { ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import type { ReadModelCollections } from '../generations/read-model-collections';

/**
 * A database that came back empty while this process ran has lost its collections too, with validators and indexes.
 * Every partition then begins at position 1 again, so that is when they are made sure of.
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
