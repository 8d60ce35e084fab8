import { checkoutRoot } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Packs what Tidemark publishes. @returns the absolute path of each package's tarball, by the package's name */
export async function packTidemark(progress: (line: string) => void): Promise<ReadonlyMap<string, string>> {
  progress('packing Tidemark');
  const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'pack'], { cwd: checkoutRoot });
  const lines = stdout.matchAll(/^(@tidemark\/[\w-]+)@.*, (\/.*\.tgz)$/gm);
  const tarballs = new Map([...lines].map(([, name, path]) => [name!, path!]));
  if (tarballs.size === 0) {
    throw new Error(`npm run pack named no tarball:\n${stdout}`);
  }
  return tarballs;
}
