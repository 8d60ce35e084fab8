import {
  LeaseLostError,
  parkedAgain,
  type Checkpoint,
  type Lease,
  type ParkedCounts,
  type ParkedPageQuery,
  type ParkedStream,
} from '@tidemark/messaging';
import { isDuplicateKey } from '@tidemark/mongodb';
import type { Collection, Db, Filter } from 'mongodb';
import { withMongoFaults } from './mongo-faults';
import type { ParkedStreams } from '../parked-streams';
import { MongoGroupStore } from './mongo-group-store';

interface ParkedDocument {
  /** `<group>.<id>` */
  readonly _id: string;
  readonly group: string;
  readonly id: string;
  readonly partition: number;
  readonly status: ParkedStream['status'];
  readonly parkedAt: string;
  readonly revision: number;
  readonly hasDiscarded: boolean;
  /**
   * The epoch of the lease under which the record was last written or loaded. An owner with an earlier lease can't
   * change the record any more.
   */
  readonly epoch: number;
  readonly stream: ParkedStream;
}

/** The mark of an owner's attempt. Each owner has a document of its own, so that a late owner changes no other mark. */
interface AttemptDocument {
  /** `<group>.<partition>.<owner>` */
  readonly _id: string;
  readonly group: string;
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
  readonly position: number;
}

const open = { status: { $ne: 'RESOLVED' } } as const;

/**
 * A group's parked streams in MongoDB, beside its checkpoints. There is no transaction over both. A stream is recorded
 * first, and then the checkpoint moves. If the move is refused, the record is taken back. Throws
 * DocumentStoreUnavailableError when the server can't be reached.
 */
export class MongoParkedStore implements ParkedStreams {
  private readonly streams: Collection<ParkedDocument>;
  private readonly attempts: Collection<AttemptDocument>;
  private readonly leases: MongoGroupStore;

  constructor(
    db: Db,
    private readonly group: string,
  ) {
    this.streams = db.collection('parked_streams');
    this.attempts = db.collection('consumer_attempts');
    this.leases = new MongoGroupStore(db, group);
  }

  /** Creates the indexes for all groups. Idempotent, and safe from several processes at once. */
  static async ensureIndexes(db: Db): Promise<void> {
    await withMongoFaults(() =>
      db.collection('parked_streams').createIndexes([
        { name: 'partition', key: { group: 1, partition: 1, status: 1 } },
        { name: 'age', key: { group: 1, parkedAt: 1, id: 1 } },
      ]),
    );
  }

  load(lease: Lease): Promise<readonly ParkedStream[]> {
    return withMongoFaults(async () => {
      await this.leases.confirmLease(lease);
      const { partition, epoch } = lease;
      const matters = { group: this.group, partition, $or: [open, { hasDiscarded: true }] };
      await this.streams.updateMany({ ...matters, epoch: { $lt: epoch } }, { $set: { epoch } });
      const documents = await this.streams.find({ ...matters, epoch }).toArray();
      return documents.map(({ stream }) => stream).sort((a, b) => a.event.position - b.event.position);
    });
  }

  park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream> {
    return withMongoFaults(async () => {
      // Without this check, a late owner could write a record that its successor loads before the record is taken back.
      await this.leases.confirmLease(lease);
      const before = await this.streams.findOne({ _id: this.key(stream.id) });
      if (before && before.status !== 'RESOLVED') {
        await this.leases.advance(lease, from, to);
        await this.forgetMarks(stream);
        return before.stream;
      }
      const record = before ? parkedAgain(before.stream, stream) : stream;
      await this.put(lease, before, record);
      try {
        await this.leases.advance(lease, from, to);
      } catch (error) {
        if (error instanceof LeaseLostError) {
          await this.takeBack(lease, before, record);
        }
        throw error;
      }
      await this.forgetMarks(record);
      return record;
    });
  }

  replace(lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void> {
    return withMongoFaults(async () => {
      if (!(await this.update({ ...this.at(from), epoch: lease.epoch }, to))) {
        throw new LeaseLostError(lease, `the record of ${from.streamId} has another owner`);
      }
      if (to.status === 'PARKED') {
        await this.forgetMarks(to);
      }
    });
  }

  mark(lease: Lease, position: number): Promise<number> {
    return withMongoFaults(async () => {
      await this.leases.confirmLease(lease);
      const { group } = this;
      const { partition, owner, epoch } = lease;
      const mine = { group, partition, owner, epoch, position };
      await this.attempts.replaceOne({ _id: this.attemptKey(lease) }, mine, { upsert: true });
      const others = { group, partition, owner: { $ne: owner } };
      await this.attempts.deleteMany({ ...others, position: { $lt: position } });
      return this.attempts.countDocuments({ ...others, position });
    });
  }

  unmark(lease: Lease): Promise<void> {
    return withMongoFaults(async () => {
      await this.attempts.deleteOne({ _id: this.attemptKey(lease), epoch: { $lte: lease.epoch } });
    });
  }

  lastMarked(partition: number): Promise<number> {
    return withMongoFaults(async () => {
      const attempts = await this.attempts.find({ group: this.group, partition }).toArray();
      return Math.max(0, ...attempts.map(({ position }) => position));
    });
  }

  request(from: ParkedStream, to: ParkedStream): Promise<boolean> {
    return withMongoFaults(() => this.update(this.at(from), to));
  }

  find(id: string): Promise<ParkedStream | undefined> {
    return withMongoFaults(async () => (await this.streams.findOne({ _id: this.key(id) }))?.stream);
  }

  page({ status, limit, after }: ParkedPageQuery): Promise<readonly ParkedStream[]> {
    return withMongoFaults(async () => {
      const filter: Filter<ParkedDocument> = {
        group: this.group,
        ...(status ? { status } : open),
        ...(after && {
          $or: [{ parkedAt: { $gt: after.parkedAt } }, { parkedAt: after.parkedAt, id: { $gt: after.id } }],
        }),
      };
      const documents = await this.streams.find(filter).sort({ parkedAt: 1, id: 1 }).limit(limit).toArray();
      return documents.map(({ stream }) => stream);
    });
  }

  openIn(partitions: readonly number[]): Promise<readonly ParkedStream[]> {
    return withMongoFaults(async () => {
      const filter = { group: this.group, partition: { $in: [...partitions] }, ...open };
      return (await this.streams.find(filter).toArray()).map(({ stream }) => stream);
    });
  }

  mattering(partition: number): Promise<readonly ParkedStream[]> {
    return withMongoFaults(async () => {
      const filter = { group: this.group, partition, $or: [open, { hasDiscarded: true }] };
      return (await this.streams.find(filter).toArray()).map(({ stream }) => stream);
    });
  }

  counts(): Promise<ReadonlyMap<number, ParkedCounts>> {
    return withMongoFaults(async () => {
      const documents = await this.streams
        .find({ group: this.group, ...open }, { projection: { partition: 1, status: 1 } })
        .sort({ partition: 1 })
        .toArray();
      const counts = new Map<number, ParkedCounts>();
      for (const { partition, status } of documents) {
        const { parked, requested } = counts.get(partition) ?? { parked: 0, requested: 0 };
        counts.set(partition, { parked: parked + 1, requested: requested + (status === 'PARKED' ? 0 : 1) });
      }
      return counts;
    });
  }

  private async forgetMarks({ partition, event: { position } }: ParkedStream): Promise<void> {
    await this.attempts.deleteMany({ group: this.group, partition, position });
  }

  private async put(lease: Lease, before: ParkedDocument | null, record: ParkedStream): Promise<void> {
    const { id, group, partition, parkedAt } = record;
    const document = { id, group, partition, parkedAt, epoch: lease.epoch, ...changing(record) };
    // Without an earlier record, no document matches: the record is inserted, or refused as a duplicate.
    const filter = { _id: this.key(id), revision: before?.revision ?? 0 };
    const isPut = await this.streams.replaceOne(filter, document, { upsert: !before }).then(
      ({ matchedCount, upsertedCount }) => matchedCount + upsertedCount === 1,
      (error: unknown) => {
        if (isDuplicateKey(error)) {
          return false;
        }
        throw error;
      },
    );
    if (!isPut) {
      throw new LeaseLostError(lease, `the record of ${record.streamId} was changed by another process`);
    }
  }

  /** Removes the record, unless a later owner has loaded it and so relies on it. */
  private async takeBack(
    { epoch }: Lease,
    before: ParkedDocument | null,
    { id, revision }: ParkedStream,
  ): Promise<void> {
    const mine = { _id: this.key(id), epoch, revision };
    if (before) {
      await this.streams.replaceOne(mine, before);
    } else {
      await this.streams.deleteOne(mine);
    }
  }

  private async update(filter: Filter<ParkedDocument>, to: ParkedStream): Promise<boolean> {
    const { matchedCount } = await this.streams.updateOne(filter, { $set: changing(to) });
    return matchedCount === 1;
  }

  private at({ id, revision }: ParkedStream): Filter<ParkedDocument> {
    return { _id: this.key(id), revision };
  }

  private attemptKey({ partition, owner }: Lease): string {
    return this.key(`${partition}.${owner}`);
  }

  private key(name: string | number): string {
    return `${this.group}.${name}`;
  }
}

function changing(stream: ParkedStream) {
  const { status, revision, discarded } = stream;
  return { status, revision, hasDiscarded: discarded.length > 0, stream };
}
