export interface SortOrder {
  /** The document's field; nested fields with dots. */
  readonly field: string;
  readonly direction: 1 | -1;
}

/** The sort order of a list with keyset paging: by the field and then, to make it total, by `_id`. */
export function sortBy({ field, direction }: SortOrder): Record<string, 1 | -1> {
  return field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
}

/**
 * Matches the rows after a position. Unlike `skip`, it neither repeats nor skips a row when other rows are inserted or
 * deleted between two pages. Every page costs the same.
 */
export function after<Key>({ field, direction }: SortOrder, key: Key, id: string): Record<string, unknown> {
  const beyond = direction === 1 ? '$gt' : '$lt';
  if (field === '_id') {
    return { _id: { [beyond]: id } };
  }
  return {
    $or: [{ [field]: { [beyond]: key } }, { [field]: { $eq: key }, _id: { [beyond]: id } }],
  };
}
