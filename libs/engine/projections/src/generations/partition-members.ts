import { LeaseLostError, type Checkpoint, type Lease } from '@tidemark/messaging';
import type { Collection, Db, Filter } from 'mongodb';
import { withMongoFaults } from '../mongo-faults';
import { checkpointOf, type PartitionDocument } from '../partition-document';
import type { PartitionFence } from '../partition-fence';
import { abilityFor } from './generation';

/** Which generations a partition's checkpoint speaks for. */
export interface Membership {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** All of these contain every event up to the checkpoint. */
  readonly generations: readonly string[];
  /** What the owner can fold, or the one before when there is none: `<projection>_v<version>`. */
  readonly folds: readonly string[];
  /** Another one means that another lease began, a generation came or went, or a document was healed. */
  readonly revision: number;
}

/** The lease and the checkpoint are as they were, but not what the checkpoint speaks for: do the batch again for those. */
export class MembershipChanged extends Error {}

/**
 * Which generations the consumer group feeds, partition by partition, in the same document as the checkpoint and the lease.
 * So one compare-and-set decides whether an event that the checkpoint passes is in a generation: the owner's fails when a
 * generation came while the batch was folded without it, and `join` fails when the checkpoint has gone past what the
 * generation contains.
 */
export class PartitionMembers {
  private readonly documents: Collection<PartitionDocument>;

  constructor(
    db: Db,
    private readonly group: string,
  ) {
    this.documents = db.collection('consumer_partitions');
  }

  /** Every partition that was ever leased. */
  all(): Promise<ReadonlyMap<number, Membership>> {
    return withMongoFaults(async () => {
      const found = await this.documents.find({ group: this.group }).toArray();
      return new Map(found.map((stored) => [stored.partition, membershipOf(stored)]));
    });
  }

  /** Those of these partitions that were ever leased. */
  of(partitions: readonly number[]): Promise<ReadonlyMap<number, Membership>> {
    return withMongoFaults(async () => {
      const keys = partitions.map((partition) => this.key(partition));
      const found = await this.documents.find({ _id: { $in: keys } }).toArray();
      return new Map(found.map((stored) => [stored.partition, membershipOf(stored)]));
    });
  }

  find(partition: number): Promise<Membership | undefined> {
    return withMongoFaults(async () => {
      const stored = await this.documents.findOne({ _id: this.key(partition) });
      return stored ? membershipOf(stored) : undefined;
    });
  }

  /** @throws LeaseLostError, also when the checkpoint is not `at` */
  held(lease: Lease, at?: Checkpoint): Promise<Membership> {
    return withMongoFaults(async () => {
      const stored = await this.documents.findOne(this.heldBy(lease, at));
      if (!stored) {
        const what = at ? `the checkpoint at position ${at.position}` : 'the partition';
        throw new LeaseLostError(lease, `${what} is not its own any more`);
      }
      return membershipOf(stored);
    });
  }

  /** Lets the owner pass for as long as the checkpoint speaks for the same; throws MembershipChanged afterwards. */
  fenceFor({ revision }: Membership): PartitionFence {
    return {
      confirm: async (lease, at) => {
        if ((await this.held(lease, at)).revision !== revision) {
          throw new MembershipChanged();
        }
      },
      advance: async (lease, from, { position, eventId }) => {
        const here = { ...this.heldBy(lease, from), revision };
        if (!(await this.update(here, { $set: { position, eventId } }))) {
          await this.held(lease, from);
          throw new MembershipChanged();
        }
      },
    };
  }

  /**
   * For the partition's owner: changes what its checkpoint speaks for.
   *
   * @throws LeaseLostError, MembershipChanged
   */
  change(lease: Lease, from: Membership, generations: readonly string[]): Promise<Membership> {
    return withMongoFaults(async () => {
      const { revision } = from;
      const { matchedCount } = await this.documents.updateOne(
        { ...this.heldBy(lease), revision },
        { $set: { generations }, $inc: { revision: 1 } },
      );
      if (matchedCount === 0) {
        await this.held(lease);
        throw new MembershipChanged();
      }
      return { ...from, generations, revision: revision + 1 };
    });
  }

  /**
   * The checkpoint speaks for the generation from now on, which contains everything up to `upTo`. False when the checkpoint
   * is beyond that already, or the partition's owner can't fold the generation. Needs no lease.
   */
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

  /** No checkpoint speaks for the generation any more. */
  remove(generation: string): Promise<void> {
    return withMongoFaults(async () => {
      await this.documents.updateMany({ group: this.group, generations: generation }, {
        $pull: { generations: generation },
        $inc: { revision: 1 },
      } as object);
    });
  }

  /**
   * Makes whoever works on the partition do its batch again, on the documents as they are now. False when the partition is
   * not where it was.
   */
  repeat({ partition, checkpoint, revision }: Membership): Promise<boolean> {
    return this.update(
      { _id: this.key(partition), position: checkpoint.position, revision },
      { $inc: { revision: 1 } },
    );
  }

  /** The generation contains everything up to the checkpoint, whoever works on the partition. For lines. */
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

  /** Forgets the group, leases and checkpoints. */
  clear(): Promise<void> {
    return withMongoFaults(async () => {
      await this.documents.deleteMany({ group: this.group });
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

function membershipOf(stored: PartitionDocument): Membership {
  const { partition, generations = [], folds = [], revision = 0 } = stored;
  return { partition, checkpoint: checkpointOf(stored), generations, folds, revision };
}

/** Whether the partition's next event gets into the generation by its owner, who lets go what it can't fold. */
export function isFedByOwner({ generations, folds }: Membership, generation: string): boolean {
  return generations.includes(generation) && folds.includes(abilityFor(generation));
}
