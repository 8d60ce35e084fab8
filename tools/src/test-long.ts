import { startTestRun } from '@tidemark/test-servers';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { runStep } from './test/run-step';
import { runTier, type RunTierOptions } from './test/tier';

const usage = `usage: npm run test:long                       runs all tests that take more than a minute
       npm run test:long -- FILE.long.spec.ts…  runs these test files
       npm run test:long -- FILE.csv…           replays each of these files, then all of them with disturbances`;

const print = (text: string): void => {
  process.stdout.write(text);
};

type Selection = Pick<RunTierOptions, 'tier' | 'environment' | 'jestArguments'>;

/** All long tests, or only these files. */
const longTests = (...files: readonly string[]): Selection => ({
  tier: 'long',
  environment: {},
  jestArguments: files,
});

/** The end-to-end replay of the given file instead of the project's own small file. */
const replayOf = (file: string): Selection => ({
  tier: 'e2e',
  environment: { TIDEMARK_REPLAY_FILE: resolve(file) },
  jestArguments: ['--testPathPatterns=tools/src/e2e/replay', '--testTimeout=3600000'],
});

/** The replay of all files on one installation, while its broker and its read models are disturbed. */
const disturbedReplayOf = (files: readonly string[]): Selection => ({
  tier: 'e2e',
  environment: { TIDEMARK_REPLAY_FILES: files.map((file) => resolve(file)).join(delimiter) },
  jestArguments: ['--testPathPatterns=tools/src/e2e/equals-the-fold', '--testTimeout=3600000'],
});

function selectionsOf(files: readonly string[]): readonly Selection[] {
  if (files.every((file) => file.endsWith('.long.spec.ts'))) {
    return [longTests(...files)];
  }
  return [...files.map(replayOf), disturbedReplayOf(files)];
}

async function main(): Promise<number> {
  const files = process.argv.slice(2);
  if (!files.every((file) => existsSync(file))) {
    console.error(usage);
    return 2;
  }
  const built = await runStep({ name: 'build', command: 'npm', arguments: ['run', '-s', 'build'] }, print);
  if (!built.ok) {
    return 1;
  }
  const run = await startTestRun();
  try {
    let [passed, failed] = [0, 0];
    for (const selection of selectionsOf(files)) {
      const environment = { ...run.environment, ...selection.environment };
      const result = await runTier({ ...selection, environment, workers: 1, print });
      passed += result.passed;
      failed += result.failed;
    }
    print(`${passed} passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  } finally {
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
