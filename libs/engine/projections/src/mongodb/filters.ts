import type { Document, Filter } from 'mongodb';
import type { ProjectedDocument } from '../projection';
import {
  lastCodePoint,
  type Comparison,
  type Conditions,
  type LookUp,
  type PageQuery,
} from '../queries/read-model-queries';

/**
 * The conditions by field. Every value is the operand of an operator that is written here, so that it can't act as an
 * operator or pattern. For the same reason, a prefix is a range of the index: nothing in it needs escaping.
 */
export function conditionsIn(conditions: Conditions): readonly (readonly [string, Document])[] {
  return Object.entries(conditions).flatMap(([field, comparison]) => {
    const condition = comparison ? conditionOf(comparison) : {};
    return Object.keys(condition).length > 0 ? [[field, condition] as const] : [];
  });
}

function conditionOf(comparison: Comparison): Document {
  if ('eq' in comparison) {
    return { $eq: comparison.eq };
  }
  if ('in' in comparison) {
    return { $in: [...comparison.in] };
  }
  if ('startsWith' in comparison) {
    return { $gte: comparison.startsWith, $lte: comparison.startsWith + lastCodePoint };
  }
  const bounds = Object.entries(comparison).filter(([, bound]) => bound !== undefined);
  return Object.fromEntries(bounds.map(([operator, bound]) => [`$${operator}`, bound]));
}

function filterOf(conditions: Conditions): Document {
  return Object.fromEntries(conditionsIn(conditions));
}

export function pageFilter({ where, order, after }: PageQuery): Filter<ProjectedDocument> {
  const conditions = [...where.map(filterOf), ...(after ? [beyond(order, after)] : [])];
  return conditions.length > 0 ? { $and: conditions } : {};
}

export function pageSort({ field, direction }: PageQuery['order']): Record<string, 1 | -1> {
  return field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
}

function beyond(
  { field, direction }: PageQuery['order'],
  { key, id }: NonNullable<PageQuery['after']>,
): Document {
  const operator = direction === 1 ? '$gt' : '$lt';
  if (field === '_id') {
    return { _id: { [operator]: id } };
  }
  return { $or: [{ [field]: { [operator]: key } }, { [field]: { $eq: key }, _id: { [operator]: id } }] };
}

/** The ids are also listed beside the alternatives, so that one index scan finds all candidates. */
export function lookUpFilter(lookUps: readonly LookUp[]): Document {
  const alternatives = lookUps.map(({ ids, where }) => ({ $and: [{ _id: oneOf(ids) }, filterOf(where)] }));
  return lookUps.length === 1
    ? { _id: oneOf(lookUps[0]!.ids), ...filterOf(lookUps[0]!.where) }
    : { _id: oneOf(lookUps.flatMap(({ ids }) => ids)), $or: alternatives };
}

/** A single id is passed without `$in`, because servers look it up faster in this way. */
function oneOf(ids: readonly string[]): unknown {
  return ids.length === 1 ? ids[0] : { $in: ids };
}
