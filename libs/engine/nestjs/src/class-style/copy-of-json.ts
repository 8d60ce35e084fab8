import { StateNotSerialisableError } from './errors';

/**
 * A copy that shares nothing with the value. Fields that are `undefined` are left out, as in a snapshot.
 *
 * @param path names the value in the error
 * @throws StateNotSerialisableError
 */
export function copyOfJson(value: unknown, path: string): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return value;
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return value;
  }
  if (typeof value === 'object') {
    return copyOfObject(value, path);
  }
  throw new StateNotSerialisableError(
    path,
    typeof value === 'number' ? String(value) : `of the type ${typeof value}`,
  );
}

function copyOfObject(value: object, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => copyOfJson(item, `${path}[${index}]`));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new StateNotSerialisableError(path, `a ${value.constructor.name}`);
  }
  return copyOfFields(value, path);
}

/** The same for the own fields of an instance of any class. */
export function copyOfFields(value: object, path: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [field, content] of Object.entries(value)) {
    if (content !== undefined) {
      copy[field] = copyOfJson(content, `${path}.${field}`);
    }
  }
  return copy;
}
