import {
  type AnyBulkWriteOperation,
  type Collection,
  type Db,
  type Filter,
  MongoBulkWriteError,
} from 'mongodb';
import type { DocumentChange, GenerationDocuments, MatchQuery, Validation } from '../document-store';
import { withMongoFaults } from './mongo-faults';
import type { ProjectedDocument } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import { prepareReadModel } from './prepare-read-model';

/**
 * Read models in MongoDB, a collection each. The connection decides how durable a write is: it must ask for a majority
 * and the journal. Reads and writes throw DocumentStoreUnavailableError when the server can't be reached.
 */
export class MongoDocumentStore implements GenerationDocuments {
  constructor(private readonly db: Db) {}

  load(model: string, ids: readonly string[]): Promise<readonly ProjectedDocument[]> {
    return withMongoFaults(() =>
      this.collection(model)
        .find({ _id: { $in: [...ids] } })
        .toArray(),
    );
  }

  match(
    model: string,
    { partition, where, before, afterId, limit }: MatchQuery,
  ): Promise<readonly ProjectedDocument[]> {
    const filter: Filter<ProjectedDocument> = { ...where, partition, position: { $lt: before } };
    if (afterId !== undefined) {
      filter._id = { $gt: afterId };
    }
    return withMongoFaults(() => this.collection(model).find(filter).sort({ _id: 1 }).limit(limit).toArray());
  }

  async write(model: string, changes: readonly DocumentChange[]): Promise<readonly string[]> {
    if (changes.length === 0) {
      return [];
    }
    try {
      await withMongoFaults(() => this.collection(model).bulkWrite(changes.map(guarded), { ordered: false }));
      return [];
    } catch (error) {
      return staleIds(error, changes);
    }
  }

  remove(model: string, { _id, position }: ProjectedDocument): Promise<boolean> {
    return withMongoFaults(async () => {
      const { deletedCount } = await this.collection(model).deleteOne({ _id, position });
      return deletedCount === 1;
    });
  }

  prepare(readModel: ReadModel, generation: string): Promise<Validation> {
    return withMongoFaults(() => prepareReadModel(this.db, readModel, generation));
  }

  isEmpty(model: string): Promise<boolean> {
    return withMongoFaults(async () => (await this.collection(model).findOne()) === null);
  }

  count(model: string, partition: number): Promise<number> {
    return withMongoFaults(() => this.collection(model).countDocuments({ partition }));
  }

  async *scan(model: string, partition: number): AsyncGenerator<ProjectedDocument> {
    const cursor = this.collection(model).find({ partition });
    try {
      for (;;) {
        const document = await withMongoFaults(() => cursor.next());
        if (!document) {
          return;
        }
        yield document;
      }
    } finally {
      await cursor.close();
    }
  }

  drop(generation: string): Promise<void> {
    return withMongoFaults(async () => {
      const collections = await this.db.listCollections({}, { nameOnly: true }).toArray();
      if (collections.some(({ name }) => name === generation)) {
        await this.db.collection(generation).drop();
      }
    });
  }

  private collection(model: string): Collection<ProjectedDocument> {
    return this.db.collection<ProjectedDocument>(model);
  }
}

/**
 * A document that has moved on does not match `{ _id, position }`, so the upsert tries to insert it and fails on its
 * id. So a stale write is an error, and not a silent "0 modified".
 */
function guarded({ document, loadedAt }: DocumentChange): AnyBulkWriteOperation<ProjectedDocument> {
  return loadedAt === undefined
    ? { insertOne: { document } }
    : {
        replaceOne: {
          filter: { _id: document._id, position: loadedAt },
          replacement: document,
          upsert: true,
        },
      };
}

const duplicateKey = 11000;

function staleIds(error: unknown, changes: readonly DocumentChange[]): readonly string[] {
  if (!(error instanceof MongoBulkWriteError)) {
    throw error;
  }
  const writeErrors = [error.writeErrors].flat();
  if (writeErrors.length === 0 || writeErrors.some(({ code }) => code !== duplicateKey)) {
    throw error;
  }
  return writeErrors.map(({ index }) => changes[index]!.document._id);
}
