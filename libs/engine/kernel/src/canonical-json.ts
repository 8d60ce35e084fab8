/**
 * JSON with the keys of every object sorted, so that equal values have equal texts. `undefined` fields are left out.
 *
 * Hashes of commands in the log depend on it, so its order never changes: first the keys that are array indexes, by
 * number, then the others by their UTF-16 code units. RFC 8785 and its libraries sort all keys as texts, including
 * array indexes.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => (isObject(field) ? withSortedKeys(field) : field));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withSortedKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
