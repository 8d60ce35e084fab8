import type { Document } from 'mongodb';
import type { SumsQuery } from '../queries/read-model-queries';
import type { Tally } from '../tally/define-tally';
import { conditionsIn } from './filters';

/** The aggregation that merges the partitions: it adds up what counts in all documents. */
export function sumsPipeline({ sums }: Tally, { where, groupBy, sort, limit }: SumsQuery): Document[] {
  const conditions = conditionsIn(where);
  return [
    { $match: { entries: { $elemMatch: Object.fromEntries(conditions) } } },
    { $unwind: '$entries' },
    // A document of a source has entries of several kinds.
    { $match: Object.fromEntries(conditions.map(([field, condition]) => [`entries.${field}`, condition])) },
    {
      $group: {
        _id: Object.fromEntries(groupBy.map((field) => [field, `$entries.${field}`])),
        ...Object.fromEntries(sums.map((sum) => [sum, { $sum: `$entries.${sum}` }])),
      },
    },
    { $match: { $or: sums.map((sum) => ({ [sum]: { $ne: 0 } })) } },
    {
      $project: {
        _id: 0,
        ...Object.fromEntries(groupBy.map((field) => [field, `$_id.${field}`])),
        ...Object.fromEntries(sums.map((sum) => [sum, 1])),
      },
    },
    ...(sort ? [{ $sort: sort }] : []),
    ...(limit === undefined ? [] : [{ $limit: limit }]),
  ];
}
