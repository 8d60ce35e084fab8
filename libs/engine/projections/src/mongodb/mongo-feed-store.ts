import { LeaseLostError, type Checkpoint, type Lease } from '@tidemark/messaging';
import type { Collection, Db, Filter } from 'mongodb';
import { MongoDocumentStore } from './mongo-document-store';
import { withMongoFaults } from './mongo-faults';
import { checkpointOf, type PartitionDocument } from './partition-document';
import { fenceInSteps, type CheckpointFence, type PartitionFence } from '../partition-fence';
import { FeedChanged, type Feed } from '../generations/feed';
import type { FeedStore } from '../generations/feed-store';
import { abilityFor } from '../generations/generation';

/** The feeds of one consumer group in MongoDB, each in the same document as the partition's checkpoint and lease. */
export class MongoFeedStore implements FeedStore {
  private readonly documents: Collection<PartitionDocument>;

  constructor(
    private readonly db: Db,
    private readonly group: string,
  ) {
    this.documents = db.collection('consumer_partitions');
  }

  all(): Promise<ReadonlyMap<number, Feed>> {
    return this.load({ group: this.group });
  }

  of(partitions: readonly number[]): Promise<ReadonlyMap<number, Feed>> {
    return this.load({ _id: { $in: partitions.map((partition) => this.key(partition)) } });
  }

  async find(partition: number): Promise<Feed | undefined> {
    return (await this.of([partition])).get(partition);
  }

  held(lease: Lease, at?: Checkpoint): Promise<Feed> {
    return withMongoFaults(async () => {
      const stored = await this.documents.findOne(this.heldBy(lease, at));
      if (!stored) {
        const what = at ? `the checkpoint at position ${at.position}` : 'the partition';
        throw new LeaseLostError(lease, `${what} has another owner`);
      }
      return feedOf(stored);
    });
  }

  fenceFor(feed: Feed): PartitionFence {
    return fenceInSteps(this.checkpointFence(feed), new MongoDocumentStore(this.db));
  }

  /** What `fenceFor` does to the checkpoint. */
  checkpointFence({ revision }: Feed): CheckpointFence {
    return {
      confirm: async (lease, at) => {
        if ((await this.held(lease, at)).revision !== revision) {
          throw new FeedChanged();
        }
      },
      advance: async (lease, from, { position, eventId }) => {
        const here = { ...this.heldBy(lease, from), revision };
        if (!(await this.update(here, { $set: { position, eventId } }))) {
          await this.held(lease, from);
          throw new FeedChanged();
        }
      },
    };
  }

  change(lease: Lease, from: Feed, generations: readonly string[]): Promise<Feed> {
    return withMongoFaults(async () => {
      const { revision } = from;
      const { matchedCount } = await this.documents.updateOne(
        { ...this.heldBy(lease), revision },
        { $set: { generations }, $inc: { revision: 1 } },
      );
      if (matchedCount === 0) {
        await this.held(lease);
        throw new FeedChanged();
      }
      return { ...from, generations, revision: revision + 1 };
    });
  }

  join(partition: number, generation: string, upTo: number): Promise<boolean> {
    return this.update(
      {
        _id: this.key(partition),
        position: { $lte: upTo },
        generations: { $ne: generation },
        folds: abilityFor(generation),
      } as Filter<PartitionDocument>,
      { $push: { generations: generation }, $inc: { revision: 1 } },
    );
  }

  release(partition: number, generation: string, { position }: Checkpoint): Promise<boolean> {
    return this.update(
      {
        _id: this.key(partition),
        position,
        generations: generation,
      } as Filter<PartitionDocument>,
      { $pull: { generations: generation }, $inc: { revision: 1 } },
    );
  }

  remove(generation: string): Promise<void> {
    return withMongoFaults(async () => {
      await this.documents.updateMany({ group: this.group, generations: generation }, {
        $pull: { generations: generation },
        $inc: { revision: 1 },
      } as object);
    });
  }

  repeat({ partition, checkpoint, revision }: Feed): Promise<boolean> {
    return this.update(
      { _id: this.key(partition), position: checkpoint.position, revision },
      { $inc: { revision: 1 } },
    );
  }

  raise(partition: number, { position, eventId }: Checkpoint): Promise<void> {
    return withMongoFaults(async () => {
      const _id = this.key(partition);
      await this.documents.updateOne(
        { _id },
        {
          $setOnInsert: {
            group: this.group,
            partition,
            epoch: Date.now(),
            position: 0,
            generations: [],
            revision: 0,
          },
        },
        { upsert: true },
      );
      await this.documents.updateOne({ _id, position: { $lt: position } }, { $set: { position, eventId } });
    });
  }

  clear(): Promise<void> {
    return withMongoFaults(async () => {
      await this.documents.deleteMany({ group: this.group });
    });
  }

  private load(filter: Filter<PartitionDocument>): Promise<ReadonlyMap<number, Feed>> {
    return withMongoFaults(async () => {
      const found = await this.documents.find(filter).toArray();
      return new Map(found.map((stored) => [stored.partition, feedOf(stored)]));
    });
  }

  private update(filter: Filter<PartitionDocument>, change: object): Promise<boolean> {
    return withMongoFaults(async () => (await this.documents.updateOne(filter, change)).matchedCount === 1);
  }

  private heldBy({ partition, owner, epoch }: Lease, at?: Checkpoint): Filter<PartitionDocument> {
    return { _id: this.key(partition), owner, epoch, ...(at && { position: at.position }) };
  }

  private key(partition: number): string {
    return `${this.group}.${partition}`;
  }
}

function feedOf(stored: PartitionDocument): Feed {
  const { partition, generations = [], folds = [], revision = 0 } = stored;
  return { partition, checkpoint: checkpointOf(stored), generations, folds, revision };
}
