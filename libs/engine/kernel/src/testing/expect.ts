import { AssertionError, deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';

type ErrorClass = abstract new (...args: never[]) => Error;

/** What a contract suite expects of a value. The names are those that Jest and Vitest have for it. */
export interface Expectations {
  toBe(expected: unknown): void;
  /** Equal at every depth. A field without a value counts as absent. */
  toEqual(expected: unknown): void;
  /** Equal in the fields that `expected` has, at every depth. Lists have the same length. */
  toMatchObject(expected: object): void;
  toHaveLength(expected: number): void;
  toBeUndefined(): void;
  toBeInstanceOf(expected: ErrorClass): void;
  toBeGreaterThan(expected: number): void;
  toBeLessThanOrEqual(expected: number): void;
  /** The promise rejects with an error of this class, or with this text in its message. */
  readonly rejects: { toThrow(expected: ErrorClass | string): Promise<void> };
}

/**
 * Assertions of contract suites, by `node:assert`, so that a suite depends on no test framework. A mismatch throws
 * `AssertionError`.
 */
export function expect(actual: unknown): Expectations {
  return {
    toBe: (expected) => strictEqual(actual, expected),
    toEqual: (expected) => deepStrictEqual(withoutAbsent(actual), withoutAbsent(expected)),
    toMatchObject: (expected) => deepStrictEqual(partOf(actual, expected), withoutAbsent(expected)),
    toHaveLength: (expected) => strictEqual((actual as { readonly length?: unknown }).length, expected),
    toBeUndefined: () => strictEqual(actual, undefined),
    toBeInstanceOf: (expected) =>
      ok(actual instanceof expected, `${describe(actual)} is no ${expected.name}`),
    toBeGreaterThan: (expected) => ok((actual as number) > expected, `${describe(actual)} <= ${expected}`),
    toBeLessThanOrEqual: (expected) =>
      ok((actual as number) <= expected, `${describe(actual)} > ${expected}`),
    rejects: {
      toThrow: (expected) =>
        rejects(Promise.resolve(actual), (error: unknown) => {
          requireError(error, expected);
          return true;
        }),
    },
  };
}

function requireError(error: unknown, expected: ErrorClass | string): void {
  if (typeof expected === 'string') {
    const { message } = error as Error;
    ok(message.includes(expected), `the message has no "${expected}": ${message}`);
  } else if (!(error instanceof expected)) {
    throw new AssertionError({ message: `${describe(error)} is no ${expected.name}` });
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]'
  );
}

/** Made anew, because Jest gives tests other classes of lists and objects than `structuredClone` makes. */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) {
    return Array.from(value, withoutAbsent);
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [key, withoutAbsent(one)] as const));
  }
  return isPlain(value) && !(value instanceof Error)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => [name, withoutAbsent(field)]),
      )
    : value;
}

function partOf(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return Array.from(actual, (one, index) => partOf(one, expected[index]));
  }
  if (typeof actual === 'object' && actual !== null && isPlain(expected)) {
    const names = Object.keys(expected).filter((name) => expected[name] !== undefined && name in actual);
    return Object.fromEntries(
      names.map((name) => [name, partOf((actual as Record<string, unknown>)[name], expected[name])]),
    );
  }
  return withoutAbsent(actual);
}

function describe(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
