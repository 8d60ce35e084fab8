import { InvalidAppendError } from './errors';

/** Deeper than any contract, and far from what a JSON parser recurses to. */
const maxDepth = 64;

/**
 * Whether a value comes back from the log as it went in: JSON drops or changes NaN, Infinity, Map, Date and the like
 * without a word, and Postgres takes neither NUL nor half a surrogate pair. Keeps its own stack, so that depth is an
 * error and never a crash.
 *
 * @throws InvalidAppendError, naming what it is and where
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
    // An absent optional field: JSON leaves it out, which is what it means.
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
  // By its own prototype's constructor name, since an object may come from another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
