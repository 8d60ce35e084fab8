import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStep } from './run-step';

export const tiers = ['unit', 'int', 'e2e'] as const;
/** `long`: end-to-end tests that take more than a minute, for the nightly run. */
export type Tier = (typeof tiers)[number] | 'long';

export interface TierResult {
  readonly tier: Tier;
  readonly passed: number;
  /** Test files that could not even be loaded count as one failure each. */
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** The part of Jest's `--json` report that is used here. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export interface RunTierOptions {
  readonly tier: Tier;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments that are passed on to Jest: a path, `-t`, … */
  readonly jestArguments?: readonly string[];
  readonly workers: number;
  readonly print: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs one tier. A tier without a report or without a test counts as failed. */
export async function runTier(options: RunTierOptions): Promise<TierResult> {
  const { tier, environment, jestArguments = [], workers, print, signal } = options;
  const reportFile = join(tmpdir(), `tidemark-${process.pid}-${tier}.json`);
  const { ok } = await runStep(
    {
      name: `${tier} tests`,
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
  const report = await readReport(reportFile);
  const result = report ? resultOf(tier, report) : { tier, passed: 0, failed: 1, skipped: [] };
  const ranNothing = result.passed + result.failed === 0;
  if (ranNothing) {
    print(`FAILED: the ${tier} tier ran no test\n`);
  }
  const unexplained = !ok && result.failed === 0;
  return ranNothing || unexplained ? { ...result, failed: 1 } : result;
}

export function resultOf(tier: Tier, report: JestReport): TierResult {
  const assertions = report.testResults.flatMap((file) => file.assertionResults);
  return {
    tier,
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: assertions.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
  };
}

async function readReport(path: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JestReport;
  } catch {
    return undefined;
  } finally {
    await rm(path, { force: true });
  }
}
