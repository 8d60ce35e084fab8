import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Worker {
  readonly child: ChildProcess;
  /** Lets the worker finish: it ends when its parent disconnects. */
  stop(): Promise<void>;
}

/**
 * Runs a TypeScript file of a benchmark as a process of its own. The process finds `settings` in its first argument.
 */
export function forkWorker(file: string, settings: object): Worker {
  const child = fork(file, [JSON.stringify(settings)], {
    execArgv: ['--conditions=development', '--import', 'tsx'],
  });
  const ended = once(child, 'exit');
  return {
    child,
    async stop() {
      if (child.connected) {
        child.disconnect();
      }
      await ended;
    },
  };
}
