import type { Collection, Db, Filter } from 'mongodb';
import {
  LeaseLostError,
  leaseOf,
  type Checkpoint,
  type GroupPartition,
  type GroupStore,
  type Lease,
} from '@tidemark/messaging';
import { isDuplicateKey } from '@tidemark/mongodb';
import { withMongoFaults } from './mongo-faults';
import { checkpointOf, type PartitionDocument } from './partition-document';
import { expired, renewable, unexpired } from './server-clock';

interface MemberDocument {
  /** `<group>.<owner>` */
  readonly _id: string;
  readonly group: string;
  readonly owner: string;
  readonly touchedAt: Date;
  readonly ttlMs: number;
}

/**
 * A consumer group's leases, members and checkpoints in MongoDB. They are beside the documents that they describe, so
 * both are lost or restored together. Throws DocumentStoreUnavailableError when the server can't be reached.
 */
export class MongoGroupStore implements GroupStore {
  private readonly partitionDocuments: Collection<PartitionDocument>;
  private readonly members: Collection<MemberDocument>;

  constructor(
    db: Db,
    private readonly group: string,
    /** The versions that this owner can fold. Its partitions get no generation of another version. */
    private readonly folds: readonly string[] = [],
  ) {
    this.partitionDocuments = db.collection('consumer_partitions');
    this.members = db.collection('consumer_members');
  }

  heartbeat(owner: string, ttlMs: number): Promise<readonly string[]> {
    return withMongoFaults(async () => {
      const { group } = this;
      await this.members.updateOne(
        { _id: this.key(owner) },
        { $set: { group, owner, ttlMs }, $currentDate: { touchedAt: true } },
        { upsert: true },
      );
      await this.members.deleteMany({ group, owner: { $ne: owner }, ...expired });
      const alive = await this.members.find({ group }).sort({ owner: 1 }).toArray();
      return alive.map((member) => member.owner);
    });
  }

  leave(owner: string): Promise<void> {
    return withMongoFaults(async () => {
      await this.members.deleteOne({ _id: this.key(owner) });
    });
  }

  acquire(partition: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    return withMongoFaults(
      async () =>
        (await this.take(partition, owner, ttlMs)) ??
        ((await this.create(partition)) ? this.take(partition, owner, ttlMs) : undefined),
    );
  }

  renew(leases: readonly Lease[], ttlMs: number): Promise<ReadonlySet<number>> {
    return withMongoFaults(async () => {
      const renewed = await Promise.all(
        leases.map((lease) =>
          this.partitionDocuments.updateOne(
            { ...this.heldBy(lease), ...renewable },
            { $set: { ttlMs }, $currentDate: { touchedAt: true } },
          ),
        ),
      );
      return new Set(
        leases.filter((_, i) => renewed[i]?.matchedCount === 1).map(({ partition }) => partition),
      );
    });
  }

  release(lease: Lease): Promise<void> {
    return withMongoFaults(async () => {
      await this.partitionDocuments.updateOne(this.heldBy(lease), {
        $unset: { owner: true, touchedAt: true, ttlMs: true },
      });
    });
  }

  loadCheckpoint(partition: number): Promise<Checkpoint | undefined> {
    return withMongoFaults(async () => {
      const stored = await this.partitionDocuments.findOne({ _id: this.key(partition) });
      return stored ? checkpointOf(stored) : undefined;
    });
  }

  advance(lease: Lease, from: Checkpoint, to: Checkpoint): Promise<void> {
    return withMongoFaults(async () => {
      const { matchedCount } = await this.partitionDocuments.updateOne(
        { ...this.heldBy(lease), position: from.position },
        { $set: { position: to.position, eventId: to.eventId } },
      );
      if (matchedCount === 0) {
        throw new LeaseLostError(lease, `the checkpoint at position ${from.position} has another owner`);
      }
    });
  }

  /** @throws LeaseLostError when the lease is not the latest one of its partition */
  confirmLease(lease: Lease): Promise<void> {
    return withMongoFaults(async () => {
      if (!(await this.partitionDocuments.findOne(this.heldBy(lease)))) {
        throw new LeaseLostError(lease, 'the partition has another owner');
      }
    });
  }

  partitions(): Promise<readonly GroupPartition[]> {
    return withMongoFaults(async () => {
      const { group } = this;
      const all = await this.partitionDocuments.find({ group }).sort({ partition: 1 }).toArray();
      const held = await this.partitionDocuments.find({ group, ...unexpired }).toArray();
      const owners = new Map(held.map(({ partition, owner }) => [partition, owner]));
      return all.map((stored) => {
        const owner = owners.get(stored.partition);
        const { partition, epoch } = stored;
        return { partition, epoch, checkpoint: checkpointOf(stored), ...(owner !== undefined && { owner }) };
      });
    });
  }

  private async take(partition: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const stored = await this.partitionDocuments.findOneAndUpdate(
      { _id: this.key(partition), $or: [{ owner: { $exists: false } }, { owner }, expired] },
      {
        $inc: { epoch: 1, revision: 1 },
        $set: { owner, ttlMs, folds: this.folds },
        $currentDate: { touchedAt: true },
      },
      // The earlier state tells whether the previous owner has released the partition.
      { returnDocument: 'before' },
    );
    return stored ? leaseOf(partition, owner, stored.epoch + 1, stored.owner) : undefined;
  }

  /**
   * Creates the partition's document. Returns whether it was missing before. Its epoch starts at the present time. So
   * after a loss of all data, the store never gives out an epoch that a consumer from before the loss still has.
   */
  private async create(partition: number): Promise<boolean> {
    const { group } = this;
    try {
      await this.partitionDocuments.insertOne({
        _id: this.key(partition),
        group,
        partition,
        epoch: Date.now(),
        position: 0,
        generations: [],
        revision: 0,
      });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) {
        return false;
      }
      throw error;
    }
  }

  private heldBy({ partition, owner, epoch }: Lease): Filter<PartitionDocument> {
    return { _id: this.key(partition), owner, epoch };
  }

  private key(name: string | number): string {
    return `${this.group}.${name}`;
  }
}
