import { checkoutRoot } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishedPackages } from './published-packages';
import { packagesFolder, stagePackage } from './stage-package';

const run = promisify(execFile);

/** What `npm pack` made of one package. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  /** Absolute. */
  readonly path: string;
  /** The sum of its files, in bytes. */
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Runs these targets of Nx for every published package. Nx does again only what has changed.
 *
 * @throws Error with what Nx printed, if a target fails
 */
export async function compilePackages(targets: readonly ('build' | 'declarations')[]): Promise<void> {
  const names = publishedPackages().map(({ manifest }) => manifest.name);
  const args = ['run-many', `--targets=${targets.join(',')}`, `--projects=${names.join(',')}`];
  await nx(...args, '--output-style=static');
}

/**
 * Packs every published package into `.tidemark/packages`, from what the targets `build` and `declarations` made.
 * Tarballs of an earlier run are removed.
 *
 * @param repository the repository's address. npm compares it with the signed provenance when it publishes a package.
 *   Without it, the manifests name no repository.
 */
export async function packPackages(repository: string | undefined): Promise<readonly Tarball[]> {
  const target = join(checkoutRoot, packagesFolder);
  const staged = publishedPackages().map((each) => stagePackage(each, repository));
  for (const file of readdirSync(target).filter((name) => name.endsWith('.tgz'))) {
    rmSync(join(target, file));
  }
  const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${target}`, ...staged];
  const { stdout } = await run('npm', args, { cwd: target, maxBuffer: 64 * 1024 * 1024 });
  const packed = JSON.parse(stdout) as readonly (Omit<Tarball, 'path'> & { readonly filename: string })[];
  return packed.map(({ filename, ...tarball }) => ({ ...tarball, path: join(target, filename) }));
}

/**
 * Runs Nx in the checkout. If Nx itself runs this process, the outer Nx's variables are not passed on.
 *
 * @returns what Nx printed
 * @throws Error with what Nx printed, if it fails
 */
export async function nx(...args: readonly string[]): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !/^NX_(?!SKIP_NX_CACHE$)/.test(name));
  const env = { ...Object.fromEntries(environment), FORCE_COLOR: '0' };
  const options = { cwd: checkoutRoot, env, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await run(
      process.execPath,
      [require.resolve('nx/bin/nx.js'), ...args],
      options,
    );
    return stdout + stderr;
  } catch (failure) {
    const { stdout = '', stderr = '' } = failure as { stdout?: string; stderr?: string };
    throw new Error(`nx ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: failure });
  }
}
