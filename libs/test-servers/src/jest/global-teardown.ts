import { once } from 'node:events';

/** Jest's `globalTeardown`: the process that manages the servers stops them when its input ends. */
async function tearDown(): Promise<void> {
  const keeper = globalThis.tidemarkTestRun;
  if (!keeper || keeper.exitCode !== null) {
    return;
  }
  const ended = once(keeper, 'exit');
  keeper.stdin?.end();
  await ended;
}

module.exports = tearDown;
