type Work = () => void | Promise<void>;

/** The functions of a test runner that a contract suite needs. Those of Jest, Vitest and `node:test` fit. */
export interface TestRunner {
  readonly describe: (name: string, suite: () => void) => unknown;
  readonly it: (name: string, test: Work) => unknown;
  readonly beforeAll: (work: Work) => unknown;
  readonly beforeEach: (work: Work) => unknown;
  readonly afterEach: (work: Work) => unknown;
  readonly afterAll: (work: Work) => unknown;
}

const names = ['describe', 'it', 'beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;

/**
 * The runner's functions if they are global, as in Jest and in Vitest with `globals: true`.
 *
 * @param scope where they are; `globalThis` by default
 * @throws Error if one of them is missing
 */
export function globalRunner(scope: object = globalThis): TestRunner {
  const found = scope as TestRunner;
  const missing = names.filter((name) => typeof found[name] !== 'function');
  if (missing.length > 0) {
    throw new Error(
      `${missing.join(', ')} are not global: pass the functions of your test runner, ` +
        'such as import { describe, it, beforeAll, beforeEach, afterEach, afterAll } from "vitest"',
    );
  }
  return found;
}
