import type { Db } from 'mongodb';
import type { ProjectedDocument } from '../projection';
import type { QueryOptions, ReadModelQueries, SumsRow } from '../queries/read-model-queries';
import { lookUpFilter, pageFilter, pageSort } from './filters';
import { sumsPipeline } from './sums-pipeline';

/** Queries of read models in MongoDB. */
export function mongoQueries(db: Db, { timeLimitMs: maxTimeMS }: QueryOptions): ReadModelQueries {
  const documents = (generation: string) => db.collection<ProjectedDocument>(generation);
  return {
    find: (_readModel, generation, lookUps) => {
      const filter = lookUpFilter(lookUps);
      // Spares the server from considering other indexes as well: the ids are more selective.
      const hint = Object.keys(filter).length > 1 ? { hint: { _id: 1 } } : {};
      return documents(generation)
        .find(filter, { ...hint, maxTimeMS })
        .toArray();
    },
    page: (_readModel, generation, query) =>
      documents(generation)
        .find(pageFilter(query), { maxTimeMS })
        .sort(pageSort(query.order))
        .limit(query.limit)
        .toArray(),
    addUp: (tally, generation, query) =>
      documents(generation)
        .aggregate<SumsRow<typeof tally, (typeof query.groupBy)[number]>>(sumsPipeline(tally, query), {
          maxTimeMS,
        })
        .toArray(),
  };
}
