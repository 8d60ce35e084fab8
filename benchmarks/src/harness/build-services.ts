import { checkoutRoot } from '@tidemark/test-servers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Parts that have not changed since the last build are not built again. */
export async function buildServices(progress: (line: string) => void): Promise<void> {
  progress('building the services');
  const build = spawn('npm', ['run', '-s', 'build'], {
    cwd: checkoutRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(build, 'close')) as [number | null];
  if (exitCode !== 0) {
    throw new Error('the build failed');
  }
}
