import type { Db } from 'mongodb';
import type { ProjectionStore } from '../generations/projection-store';
import { MongoDocumentStore } from './mongo-document-store';
import { withMongoFaults } from './mongo-faults';
import { MongoFeedStore } from './mongo-feed-store';
import { MongoGenerationStates } from './mongo-generation-states';
import { MongoGroupStore } from './mongo-group-store';
import { MongoParkedStore } from './mongo-parked-store';
import { MongoRebuildStore } from './mongo-rebuild-store';
import { serverTime } from './server-clock';

/**
 * Read models in a database of MongoDB, a collection for each generation. The connection decides how durable a write
 * is: it must ask for a majority and the journal.
 */
export function mongoProjectionStore(db: Db): ProjectionStore {
  const installation = db.collection<{ _id: string; identity: string }>('installation');
  return {
    documents: new MongoDocumentStore(db),
    states: new MongoGenerationStates(db),
    rebuilds: new MongoRebuildStore(db),
    group: (name, folds) => new MongoGroupStore(db, name, folds),
    parked: (group) => new MongoParkedStore(db, group),
    feeds: (group) => new MongoFeedStore(db, group),
    recordedLog: () => withMongoFaults(async () => (await installation.findOne({ _id: 'log' }))?.identity),
    recordLog: (identity) =>
      withMongoFaults(async () => {
        await installation.updateOne({ _id: 'log' }, { $setOnInsert: { identity } }, { upsert: true });
      }),
    now: () => withMongoFaults(() => serverTime(db)),
    prepare: () => MongoParkedStore.ensureIndexes(db),
  };
}
