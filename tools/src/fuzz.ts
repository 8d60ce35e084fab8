import { startTestRun } from '@tidemark/test-servers';
import { randomInt } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runStep } from './test/run-step';
import { runTier } from './test/tier';

const usage = 'usage: npm run fuzz -- [--requests 50000] [--seed N]';

const print = (text: string): void => {
  process.stdout.write(text);
};

/** Runs the end-to-end test with generated requests to every write, with more requests, and prints its figures. */
async function main(): Promise<number> {
  const { requests, seed } = parseArgs({
    options: {
      requests: { type: 'string', default: '50000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  }).values;
  if (!/^[1-9]\d*$/.test(requests) || !/^\d{1,10}$/.test(seed)) {
    console.error(usage);
    return 2;
  }
  await runStep({ name: 'build', command: 'npm', arguments: ['run', '-s', 'build'] }, print);
  const reportFile = join(tmpdir(), `tidemark-${process.pid}-fuzz.json`);
  const run = await startTestRun();
  try {
    const result = await runTier({
      tier: 'e2e',
      environment: {
        ...run.environment,
        TIDEMARK_FUZZ_REQUESTS: requests,
        TIDEMARK_FUZZ_SEED: seed,
        TIDEMARK_FUZZ_REPORT: reportFile,
      },
      jestArguments: ['--testPathPatterns=apps/command-service/src/fuzz'],
      workers: 1,
      print,
    });
    print(`${await readFile(reportFile, 'utf8').catch(() => 'no figures: the run ended too early')}\n`);
    return result.failed === 0 ? 0 : 1;
  } finally {
    await rm(reportFile, { force: true });
    await run.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
