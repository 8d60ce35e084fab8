import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests, type FileReport, type TestCounts } from '../nx/test-counts';
import { runStep } from './run-step';

/** Each tier's target of Nx. */
export const tierTargets = { unit: 'test', int: 'int', e2e: 'e2e' } as const;
/** `long`: end-to-end tests that take more than a minute, for the nightly run. */
export type Tier = keyof typeof tierTargets | 'long';

export interface TierResult extends TestCounts {
  /** The tier, or what part of it was run. */
  readonly name: string;
}

export interface RunTierOptions {
  readonly tier: Tier;
  /** What the result is called; by default the tier. */
  readonly name?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Passed on to Jest: a path, `-t`, … */
  readonly jestArguments?: readonly string[];
  readonly workers: number;
  readonly print: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs one tier, or a part of it, by Jest itself. */
export async function runTier(options: RunTierOptions): Promise<TierResult> {
  const { tier, name = tier, environment, jestArguments = [], workers, print, signal } = options;
  const reportFile = join(tmpdir(), `tidemark-${process.pid}-${tier}.json`);
  const { ok } = await runStep(
    {
      name: `${name} tests`,
      command: process.execPath,
      arguments: [
        require.resolve('jest/bin/jest'),
        '--selectProjects',
        tier,
        `--maxWorkers=${workers}`,
        '--json',
        `--outputFile=${reportFile}`,
        '--silent=false',
        ...jestArguments,
      ],
      environment,
    },
    print,
    signal,
  );
  return tierResult(name, ok, countTests(await readReport(reportFile)), print);
}

/** A tier has failed if it ran no test, or if it failed although no test failed. */
export function tierResult(
  name: string,
  ok: boolean,
  counts: TestCounts,
  print: (text: string) => void,
): TierResult {
  const ranNothing = counts.passed + counts.failed === 0;
  if (ranNothing) {
    print(`FAILED: the ${name} tier ran no test\n`);
  }
  const unexplained = !ok && counts.failed === 0;
  return { name, ...counts, failed: ranNothing || unexplained ? 1 : counts.failed };
}

/** Nothing if Jest ended before it wrote its report. */
async function readReport(path: string): Promise<readonly FileReport[]> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as { testResults: FileReport[] }).testResults;
  } catch {
    return [];
  } finally {
    await rm(path, { force: true });
  }
}
