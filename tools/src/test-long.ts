import { startTestRun } from '@tidemark/testing';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runStep } from './test/run-step';
import { runTier } from './test/tier';

const print = (text: string): void => {
  process.stdout.write(text);
};

/** The end-to-end replay with a whole file of the data set instead of the project's own small one. */
async function main(): Promise<number> {
  const [file] = process.argv.slice(2);
  if (!file || !existsSync(file)) {
    console.error('usage: npm run test:long -- FILE.csv');
    return 2;
  }
  await runStep({ name: 'build', command: 'npm', arguments: ['run', '-s', 'build'] }, print);
  const run = await startTestRun();
  try {
    const result = await runTier({
      tier: 'e2e',
      environment: { ...run.environment, TIDEMARK_REPLAY_FILE: resolve(file) },
      jestArguments: ['--testPathPatterns=tools/src/e2e/replay', '--testTimeout=3600000'],
      workers: 1,
      print,
    });
    print(`${result.passed} passed, ${result.failed} failed\n`);
    return result.failed === 0 ? 0 : 1;
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
