import type { PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import { ensureReadModelIndexes } from '@tidemark/read-models';
import type { Db } from 'mongodb';

/**
 * A database that came back empty while this process ran has lost its indexes too. Every partition then begins at
 * position 1 again, so that is when they are made sure of.
 */
export class IndexingHandler implements PartitionHandler {
  constructor(
    private readonly db: Db,
    private readonly runner: PartitionHandler,
  ) {}

  async handle(batch: PartitionBatch): Promise<void> {
    if (batch.after.position === 0) {
      await ensureReadModelIndexes(this.db);
    }
    await this.runner.handle(batch);
  }
}
