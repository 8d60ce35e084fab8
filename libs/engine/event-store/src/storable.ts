import { InvalidAppendError } from './errors';

/** The limit is deeper than any contract, and far below the recursion limit of a JSON parser. */
const maxDepth = 64;

/**
 * Checks that a value comes back from the log unchanged. JSON silently drops or changes NaN, Infinity, Map, Date and
 * the like, and Postgres accepts neither NUL nor half a surrogate pair. Uses its own stack, so that a deep value is an
 * error and never a crash.
 *
 * @throws InvalidAppendError that names the fault and the value
 */
export function assertStorable(what: string, root: unknown): void {
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, depth } = next;
    const fault =
      faultOf(value) ?? (depth > maxDepth ? `is nested deeper than ${maxDepth} levels` : undefined);
    if (fault) {
      throw new InvalidAppendError(`${what} ${fault}`);
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        pending.push({ value: child, depth: depth + 1 });
        const keyFault = key === '__proto__' ? 'has a key __proto__' : textFault(key);
        if (keyFault) {
          throw new InvalidAppendError(`${what} ${keyFault}`);
        }
      }
    }
  }
}

function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return textFault(value);
    case 'number':
      return Number.isFinite(value) ? undefined : `contains ${value}`;
    case 'boolean':
    // The value is an absent optional field: JSON omits it, which has the same meaning.
    case 'undefined':
      return undefined;
    case 'object':
      return value === null || Array.isArray(value) || isPlain(value)
        ? undefined
        : 'contains an object that is not plain';
    case 'bigint':
    case 'function':
    case 'symbol':
      return `contains a ${typeof value}`;
    default:
      return undefined;
  }
}

function textFault(text: string): string | undefined {
  if (text.includes('\0')) {
    return 'contains NUL';
  }
  return text.isWellFormed() ? undefined : 'contains a lone surrogate';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Compares the prototype's constructor by name, because an object may come from another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
