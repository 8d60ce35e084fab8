import { checkoutRoot, postgresAlone, startTestRun } from '@tidemark/test-servers';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { countsOfTier, nxTarget } from './test/nx-target';
import { runStep, type Step, type StepResult } from './test/run-step';
import { runTier, tierResult, tierTargets, type TierResult } from './test/tier';

const usage = `usage: npm test
       npm run test:int -- [Jest's arguments]
       npm run test:e2e -- [Jest's arguments]`;

type DailyTier = keyof typeof tierTargets;

const print = (text: string): void => {
  process.stdout.write(text);
};
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const workers = Math.max(2, availableParallelism());
const run = (step: Step): Promise<StepResult> => runStep(step, print, interrupted.signal);

const build = nxTarget('build', 'build');
// Prettier has its own cache by content, because it checks files of all kinds, and each file separately.
const format: Step = {
  name: 'format',
  command: 'npx',
  arguments: ['--no-install', 'prettier', '--check', '.', '--cache', '--cache-strategy=content'],
};

interface Outcome {
  readonly steps: readonly StepResult[];
  readonly tiers: readonly TierResult[];
}

async function runTargetOf(tier: DailyTier, environment: Step['environment']): Promise<TierResult> {
  const { ok } = await run(nxTarget(`${tier} tests`, tierTargets[tier], environment));
  return tierResult(tier, ok, countsOfTier(tier, tierTargets[tier]), print);
}

/** The checks that need no server run one after the other, each on one core. */
async function runChecksAndUnitTests(): Promise<Outcome> {
  const steps = [
    await run(format),
    await run(nxTarget('types', 'types')),
    await run(nxTarget('lint', 'lint')),
  ];
  return { steps, tiers: [await runTargetOf('unit', { TIDEMARK_TEST_WORKERS: '1' })] };
}

/**
 * The end-to-end tests that run once more on Postgres alone, because they differ most there. A run that has no broker
 * and no MongoDB runs all its tests on Postgres alone anyway.
 */
const onPostgresAlone = ['tools/src/e2e/kill.e2e', 'tools/src/e2e/equals-the-fold.e2e'];

function runOnPostgresAlone(environment: Readonly<Record<string, string>>): Promise<TierResult> {
  return runTier({
    tier: 'e2e',
    name: 'e2e on Postgres alone',
    environment: { ...environment, ...postgresAlone },
    jestArguments: onPostgresAlone,
    workers,
    print,
    signal: interrupted.signal,
  });
}

/**
 * End-to-end tests come first, because they wait most, and the other lane still has work for the core. Integration
 * tests keep the cores busy without it.
 */
async function runTestsWithServers(): Promise<Outcome> {
  const { environment, infrastructure, stop } = await startTestRun();
  try {
    const e2e = [await runTargetOf('e2e', environment)];
    if (infrastructure.choices.length > 1) {
      e2e.push(await runOnPostgresAlone(environment));
    }
    return { steps: [], tiers: [await runTargetOf('int', environment), ...e2e] };
  } finally {
    await stop();
  }
}

/**
 * Two lanes at once. Tests with servers wait often, even with one worker for each core, and the other lane then uses
 * the core.
 */
async function runAll(): Promise<Outcome> {
  await rm(join(checkoutRoot, '.tidemark/tests'), { recursive: true, force: true });
  const built = await run(build);
  if (!built.ok) {
    return { steps: [built], tiers: [] };
  }
  const [checked, tested] = await Promise.all([runChecksAndUnitTests(), runTestsWithServers()]);
  return { steps: [built, ...checked.steps], tiers: [...checked.tiers, ...tested.tiers] };
}

/** One tier, or a part of it. Nothing comes from the cache. */
async function runOne(tier: DailyTier, jestArguments: readonly string[]): Promise<Outcome> {
  const built = await run(build);
  if (!built.ok) {
    return { steps: [built], tiers: [] };
  }
  const { environment, stop } = await startTestRun();
  try {
    const signal = interrupted.signal;
    return {
      steps: [built],
      tiers: [await runTier({ tier, environment, jestArguments, workers, print, signal })],
    };
  } finally {
    await stop();
  }
}

function report({ steps, tiers }: Outcome): number {
  for (const { name: tier, passed, failed, skipped } of tiers) {
    print(`${tier}: ${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
    skipped.forEach((name) => print(`  skipped: ${name}\n`));
  }
  const brokenSteps = steps.filter((step) => !step.ok).map((step) => step.name);
  if (brokenSteps.length > 0) {
    print(`failed: ${brokenSteps.join(', ')}\n`);
  }
  const passed = tiers.reduce((sum, result) => sum + result.passed, 0);
  const failed = tiers.reduce((sum, result) => sum + result.failed, 0);
  print(`${passed} passed, ${failed} failed\n`);
  return tiers.length > 0 && failed === 0 && brokenSteps.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const [tier, ...jestArguments] = process.argv.slice(2);
  if (tier !== undefined && !(tier in tierTargets)) {
    console.error(usage);
    return 2;
  }
  return report(tier === undefined ? await runAll() : await runOne(tier as DailyTier, jestArguments));
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    print('0 passed, 1 failed\n');
    process.exit(1);
  },
);
