import type { Document } from 'mongodb';
import type { EntryOf, Tally } from './define-tally';

export interface TallyQuery<Of extends Tally, By extends keyof EntryOf<Of> & string> {
  /** Conditions on the fields of an entry, as MongoDB takes them. */
  readonly where: { readonly [Field in keyof EntryOf<Of>]?: unknown };
  /** Entries that agree in these fields are added up. */
  readonly groupBy: readonly By[];
}

/** One row of the answer: the fields of `groupBy`, and the sums. */
export type TallyRow<Of extends Tally, By extends keyof EntryOf<Of> & string> = Pick<
  EntryOf<Of>,
  By | Extract<Of['sums'][number], keyof EntryOf<Of>>
>;

/**
 * The aggregation that merges the partitions: it adds up the counted entries of all documents. Groups whose entries
 * were all taken back are left out. The rows have no order; the caller adds a stage that sorts them.
 */
export function tallyPipeline<Of extends Tally, By extends keyof EntryOf<Of> & string>(
  { sums }: Of,
  { where, groupBy }: TallyQuery<Of, By>,
): Document[] {
  const conditions = Object.entries(where);
  return [
    { $match: { entries: { $elemMatch: where } } },
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
  ];
}
