import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

declare global {
  var tidemarkTestRun: ChildProcess | undefined;
}

/**
 * Jest's `globalSetup`: starts the servers of a run, unless the test command, which starts Jest, has already done so.
 *
 * A separate process manages them, because Jest resolves this file's imports like plain Node, to built code that may
 * not exist. That process stops the servers when Jest ends, even if Jest is killed.
 */
async function setUp(): Promise<void> {
  if (process.env.TIDEMARK_TEST_POSTGRES_URL) {
    return;
  }
  const keeper = spawn(
    process.execPath,
    ['--conditions=development', '--import', 'tsx', resolve(__dirname, 'keep-test-run.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'], cwd: __dirname },
  );
  globalThis.tidemarkTestRun = keeper;
  const lines = createInterface({ input: keeper.stdout });
  for await (const line of lines) {
    Object.assign(process.env, JSON.parse(line));
    return;
  }
  throw new Error('the infrastructure for the tests could not be started; see the reason above');
}

module.exports = setUp;
