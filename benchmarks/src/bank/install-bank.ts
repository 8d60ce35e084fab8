import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { developmentDependencies, type BankContender } from './contenders';

const run = promisify(execFile);

/**
 * Copies the bank into a new, empty folder and installs its packages there, without a lock file.
 *
 * @param tarballs what replaces packages of the registry, by their names
 */
export async function installBank(
  { folder, tsconfig, dependencies }: BankContender,
  target: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(join(folder, 'src'), join(target, 'src'), { recursive: true });
  await cp(tsconfig, join(target, 'tsconfig.json'));
  const local = (name: string) => `file:${tarballs.get(name)}`;
  const own = Object.entries(dependencies).map(([name, version]) =>
    tarballs.has(name) ? [name, local(name)] : [name, version],
  );
  const indirect = [...tarballs.keys()].filter((name) => !(name in dependencies));
  const manifest = {
    name: 'bank',
    private: true,
    dependencies: Object.fromEntries(own) as Record<string, string>,
    devDependencies: developmentDependencies,
    overrides: Object.fromEntries(indirect.map((name) => [name, local(name)])),
  };
  await writeFile(join(target, 'package.json'), JSON.stringify(manifest));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...options], { cwd: target });
}
