import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../..');

/** Runs `npm ci` in this package, unless the packages of its lock file are already installed. */
export async function installPeers(progress: (line: string) => void): Promise<void> {
  const [installed, locked] = await Promise.all([
    modifiedAt(join(folder, 'node_modules/.package-lock.json')),
    modifiedAt(join(folder, 'package-lock.json')),
  ]);
  if (installed > locked) {
    return;
  }
  progress('installing the peers');
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(npm, 'close')) as [number | null];
  if (exitCode !== 0) {
    throw new Error(`npm ci in ${folder} ended with ${exitCode}`);
  }
}

/** 0 if the file does not exist. */
async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
