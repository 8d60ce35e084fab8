import type { Collection, Db } from 'mongodb';
import { withMongoFaults } from './mongo-faults';
import { expired } from './server-clock';
import type { Rebuild } from '../generations/rebuild';
import type { RebuildChange, RebuildStore } from '../generations/rebuild-store';

interface RebuildDocument extends Omit<Rebuild, 'id'> {
  readonly _id: string;
  /** The replica that takes the rebuild from one state to the next. All replicas share the work of filling. */
  readonly owner?: string;
  readonly touchedAt?: Date;
  readonly ttlMs?: number;
}

export class MongoRebuildStore implements RebuildStore {
  private readonly documents: Collection<RebuildDocument>;

  constructor(db: Db) {
    this.documents = db.collection('projection_rebuilds');
  }

  async ensure({ id, ...rebuild }: Rebuild): Promise<void> {
    await withMongoFaults(() =>
      this.documents.updateOne({ _id: id }, { $setOnInsert: rebuild }, { upsert: true }),
    );
  }

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

  async release(owner: string): Promise<void> {
    await withMongoFaults(() =>
      this.documents.updateMany({ owner }, { $unset: { owner: true, touchedAt: true, ttlMs: true } }),
    );
  }

  proceed(id: string, owner: string, change: RebuildChange): Promise<boolean> {
    return withMongoFaults(async () => {
      const mine = { _id: id, owner, finishedAt: { $exists: false } };
      return (await this.documents.updateOne(mine, { $set: change })).matchedCount === 1;
    });
  }

  async finish(id: string, change: RebuildChange): Promise<void> {
    await withMongoFaults(() => this.documents.updateOne({ _id: id }, { $set: change }));
  }

  async conclude(id: string, change: RebuildChange): Promise<void> {
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
