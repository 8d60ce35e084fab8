import { startTestRun } from '@tidemark/testing';
import { availableParallelism } from 'node:os';
import { runStep, type Step, type StepResult } from './test/run-step';
import { runTier, tiers, type Tier, type TierResult } from './test/tier';

const usage = `usage: npm test
       npm run test:int -- [Jest's arguments]
       npm run test:e2e -- [Jest's arguments]`;

const print = (text: string): void => {
  process.stdout.write(text);
};
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const npx = (name: string, ...command: readonly string[]): Step => ({
  name,
  command: 'npx',
  arguments: ['--no-install', ...command],
});

const build: Step = { name: 'build', command: 'npm', arguments: ['run', '-s', 'build'] };
const checks: readonly Step[] = [
  npx('types', 'tsc', '--noEmit', '-p', 'tsconfig.json'),
  npx('lint', 'eslint', '.', '--max-warnings', '0'),
  npx('format', 'prettier', '--check', '.'),
];

async function runTiers(
  selected: readonly Tier[],
  jestArguments: readonly string[] = [],
): Promise<TierResult[]> {
  const workers = Math.max(2, availableParallelism());
  const run = await startTestRun();
  try {
    const results: TierResult[] = [];
    for (const tier of selected) {
      const { environment } = run;
      results.push(
        await runTier({ tier, environment, jestArguments, workers, print, signal: interrupted.signal }),
      );
    }
    return results;
  } finally {
    await run.stop();
  }
}

/** The static checks run two at a time, since each of them keeps one core busy. */
async function runChecks(): Promise<StepResult[]> {
  const queue = checks.values();
  const results: StepResult[] = [];
  const worker = async (): Promise<void> => {
    for (const step of queue) {
      results.push(await runStep(step, print, interrupted.signal));
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function report(steps: readonly StepResult[], results: readonly TierResult[]): number {
  for (const { tier, passed, failed, skipped } of results) {
    print(`${tier}: ${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
    skipped.forEach((name) => print(`  skipped: ${name}\n`));
  }
  const brokenSteps = steps.filter((step) => !step.ok).map((step) => step.name);
  if (brokenSteps.length > 0) {
    print(`failed: ${brokenSteps.join(', ')}\n`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  print(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && brokenSteps.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const [tier, ...jestArguments] = process.argv.slice(2);
  if (tier !== undefined && !(tiers as readonly string[]).includes(tier)) {
    console.error(usage);
    return 2;
  }
  const built = await runStep(build, print, interrupted.signal);
  if (!built.ok) {
    return report([built], []) || 1;
  }
  if (tier !== undefined) {
    return report([built], await runTiers([tier as Tier], jestArguments));
  }
  const steps = await runChecks();
  return report([built, ...steps], await runTiers(tiers));
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    print('0 passed, 1 failed\n');
    process.exit(1);
  },
);
