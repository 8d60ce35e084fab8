/** The part of a file in Jest's `--json` report that is used here. */
export interface FileReport {
  readonly name: string;
  readonly status: string;
  /** Why tests failed, as Jest prints it. */
  readonly message: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

export interface TestCounts {
  readonly passed: number;
  /** A test file that could not even be loaded counts as one failure. */
  readonly failed: number;
  readonly skipped: readonly string[];
}

export function countTests(files: readonly FileReport[]): TestCounts {
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const having = (status: string) => tests.filter((test) => test.status === status);
  const unloaded = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: having('passed').length,
    failed: having('failed').length + unloaded.length,
    skipped: having('pending').map(({ fullName }) => fullName),
  };
}

/** Where a project's counts are kept. The file is the output of its target, so that the cache restores it. */
export function countsFile(project: string, tier: string): string {
  return `.tidemark/tests/${tier}/${project}.json`;
}
