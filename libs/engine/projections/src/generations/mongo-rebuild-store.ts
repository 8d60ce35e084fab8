import type { Collection, Db } from 'mongodb';
import { withMongoFaults } from '../mongo-faults';
import { expired } from '../server-clock';
import type { Rebuild } from './rebuild';

interface RebuildDocument extends Omit<Rebuild, 'id'> {
  readonly _id: string;
  /** The replica that takes the rebuild from one state to the next. All replicas share the work of filling. */
  readonly owner?: string;
  readonly touchedAt?: Date;
  readonly ttlMs?: number;
}

/** The records of rebuilds, which outlive the replicas that work on them. */
export class MongoRebuildStore {
  private readonly documents: Collection<RebuildDocument>;

  constructor(db: Db) {
    this.documents = db.collection('projection_rebuilds');
  }

  /** Does nothing when the record is there. */
  async ensure({ id, ...rebuild }: Rebuild): Promise<void> {
    await withMongoFaults(() =>
      this.documents.updateOne({ _id: id }, { $setOnInsert: rebuild }, { upsert: true }),
    );
  }

  /** The rebuilds that are neither done nor failed. */
  unfinished(): Promise<readonly Rebuild[]> {
    return withMongoFaults(async () =>
      (await this.documents.find({ finishedAt: { $exists: false } }).toArray()).map(rebuildOf),
    );
  }

  find(id: string): Promise<Rebuild | undefined> {
    return withMongoFaults(async () => {
      const found = await this.documents.findOne({ _id: id });
      return found ? rebuildOf(found) : undefined;
    });
  }

  /**
   * Claims the rebuild for `owner` for the next `ttlMs`, by the server's clock. Returns the rebuild if that succeeds.
   */
  claim(id: string, owner: string, ttlMs: number): Promise<Rebuild | undefined> {
    return withMongoFaults(async () => {
      const claimed = await this.documents.findOneAndUpdate(
        { _id: id, $or: [{ owner: { $exists: false } }, { owner }, expired] },
        { $set: { owner, ttlMs }, $currentDate: { touchedAt: true } },
        { returnDocument: 'after' },
      );
      return claimed ? rebuildOf(claimed) : undefined;
    });
  }

  /** Releases the claims of `owner`, so that other replicas can continue the rebuilds at once. */
  async release(owner: string): Promise<void> {
    await withMongoFaults(() =>
      this.documents.updateMany({ owner }, { $unset: { owner: true, touchedAt: true, ttlMs: true } }),
    );
  }

  /**
   * Takes the rebuild to its next state. Returns false if the rebuild is over, or if another replica has claimed it
   * since.
   */
  proceed(id: string, owner: string, change: Partial<Omit<Rebuild, 'id'>>): Promise<boolean> {
    return withMongoFaults(async () => {
      const mine = { _id: id, owner, finishedAt: { $exists: false } };
      return (await this.documents.updateOne(mine, { $set: change })).matchedCount === 1;
    });
  }

  /** Ends a rebuild whose outcome the caller has decided in the registry, even if its claim was lost. */
  async finish(id: string, change: Partial<Omit<Rebuild, 'id'>>): Promise<void> {
    await withMongoFaults(() => this.documents.updateOne({ _id: id }, { $set: change }));
  }

  /** Ends a rebuild whose outcome another replica has decided. Does nothing if it has already ended. */
  async conclude(id: string, change: Partial<Omit<Rebuild, 'id'>>): Promise<void> {
    const open = { _id: id, finishedAt: { $exists: false } };
    await withMongoFaults(() => this.documents.updateOne(open, { $set: change }));
  }
}

function rebuildOf({
  _id: id,
  owner: _owner,
  touchedAt: _touchedAt,
  ttlMs: _ttlMs,
  ...rebuild
}: RebuildDocument): Rebuild {
  return { id, ...rebuild };
}
