import { once } from 'node:events';

/** Jest's `globalTeardown`: the keeper of the servers ends them when its input does. */
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
