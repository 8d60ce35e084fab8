import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

declare global {
  var tidemarkTestRun: ChildProcess | undefined;
}

/**
 * Jest's `globalSetup`: gives a run its servers, unless the test command, which starts Jest, has done so.
 *
 * They are looked after by a process of its own: Jest resolves what this file imports as plain Node does, to built
 * code that may not be there. That process ends them when Jest does, however Jest ends.
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
