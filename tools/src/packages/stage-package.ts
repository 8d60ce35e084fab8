import { checkoutRoot } from '@tidemark/test-servers';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { declarationsFolder } from '../nx/declarations';
import { generatorsFile, publishedManifest } from './manifest';
import { readManifest, type PublishedPackage } from './published-packages';

/** Where `npm run pack` writes, relative to the checkout. */
export const packagesFolder = '.tidemark/packages';

/**
 * Makes a folder with exactly the files of the published package, from what the targets `build` and `declarations`
 * made. What was there is replaced.
 *
 * @returns the folder, absolute
 */
export function stagePackage({ folder, manifest }: PublishedPackage, repository?: string): string {
  const own = join(checkoutRoot, folder);
  const staged = join(checkoutRoot, packagesFolder, manifest.name);
  rmSync(staged, { recursive: true, force: true });
  cpSync(join(own, 'src'), join(staged, 'src'), {
    recursive: true,
    filter: (path) => !/\.(spec|fixture)\.ts$/.test(path),
  });
  cpSync(join(own, 'dist'), join(staged, 'dist'), { recursive: true });
  cpSync(join(checkoutRoot, declarationsFolder(folder)), join(staged, 'dist'), { recursive: true });
  pointMapsAtSources(staged);
  cpSync(join(own, 'README.md'), join(staged, 'README.md'));
  for (const shared of ['LICENSE', 'CHANGELOG.md']) {
    cpSync(join(checkoutRoot, shared), join(staged, shared));
  }
  if (manifest.generators !== undefined) {
    cpSync(join(own, generatorsFile), join(staged, generatorsFile));
  }
  const published = publishedManifest(manifest, { workspace: readManifest('.'), folder, repository });
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  return staged;
}

/** The maps were made for other folders. The package has the sources, so the maps need no copies of them. */
function pointMapsAtSources(staged: string): void {
  const dist = join(staged, 'dist');
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.map')) {
      const path = join(dist, file);
      const source = join(staged, 'src', file.replace(/(\.d\.ts|\.js)\.map$/, '.ts'));
      const map = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      const sources = [relative(dirname(path), source).split(sep).join('/')];
      writeFileSync(path, JSON.stringify({ ...map, sources, sourcesContent: undefined }));
    }
  }
}
