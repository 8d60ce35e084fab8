export interface SortOrder {
  /** Field of the document, in dots where it is nested. */
  readonly field: string;
  readonly direction: 1 | -1;
}

/** The sort of a list that is paged by key: by the field and then, to make it total, by `_id`. */
export function sortBy({ field, direction }: SortOrder): Record<string, 1 | -1> {
  return field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
}

/**
 * The rows that come after a position. Unlike `skip` it neither repeats nor leaves out a row when others are inserted
 * or deleted between two pages, and costs the same on every page.
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
