import { checkoutRoot } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compilePackages, packPackages, type Tarball } from './pack-packages';
import { publishedPackages, readManifest } from './published-packages';
import { packagesFolder } from './stage-package';

const run = promisify(execFile);
const repository = 'https://github.com/example/tidemark';
const names = publishedPackages().map(({ manifest }) => manifest.name);

let tarballs: ReadonlyMap<string, Tarball>;
const pathsOf = (...some: readonly string[]) => some.map((name) => tarballs.get(name)!.path);

beforeAll(async () => {
  await compilePackages(['declarations']);
  tarballs = new Map((await packPackages(repository)).map((tarball) => [tarball.name, tarball]));
}, 240_000);

describe('a tarball', () => {
  let complaints: Readonly<Record<string, readonly string[]>>;
  beforeAll(async () => {
    const script = join(__dirname, 'check-tarballs.fixture.mjs');
    const { stdout } = await run(process.execPath, [script, ...pathsOf(...names)], { cwd: checkoutRoot });
    complaints = JSON.parse(stdout) as typeof complaints;
  }, 120_000);

  it.each(names)('%s passes publint and has right types', (name) => {
    expect(complaints[pathsOf(name)[0]!]).toEqual([]);
  });

  it.each(names)('%s has the code, its documents, and no test', (name) => {
    const files = tarballs.get(name)!.files.map(({ path }) => path);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']));
    expect(files).toEqual(
      expect.arrayContaining(['js', 'js.map', 'd.ts', 'd.ts.map'].map((kind) => `dist/index.${kind}`)),
    );
    expect(files.filter((file) => /\.(spec|fixture)\./.test(file))).toEqual([]);
    // Each compiled file has its declarations and its source.
    const code = files.flatMap((file) => /^dist\/(.+)\.js$/.exec(file)?.[1] ?? []);
    expect(files).toEqual(expect.arrayContaining(code.map((file) => `dist/${file}.d.ts`)));
    expect(files).toEqual(expect.arrayContaining(code.map((file) => `src/${file}.ts`)));
  });

  it.each(names)('%s has a manifest that names what npm shows and checks', (name) => {
    const manifest = readManifest(join(packagesFolder, name));
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      engines: readManifest('.').engines,
      repository: { url: `git+${repository}.git` },
      sideEffects: false,
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest.description).toMatch(/\.$/);
    expect(JSON.stringify(manifest)).not.toMatch(
      /"(development|devDependencies|private)":|"nx":\{|@tidemark\/test-servers/,
    );
  });

  it.each(names)(
    '%s depends on published packages of the same version, and lets users choose Nest',
    (name) => {
      const { dependencies = {}, peerDependencies = {} } = readManifest(join(packagesFolder, name));
      for (const [dependency, range] of Object.entries(dependencies)) {
        expect(dependency).not.toMatch(/^(@nestjs\/|rxjs$|reflect-metadata$|typeorm$|jest)/);
        if (dependency.startsWith('@tidemark/')) {
          expect([dependency, range]).toEqual([dependency, tarballs.get(dependency)?.version]);
        }
      }
      const nest = Object.entries(peerDependencies).filter(([peer]) => peer.startsWith('@nestjs/'));
      expect(nest.map(([, range]) => range)).toEqual(nest.map(() => '^11.0.0 || ^12.0.0'));
    },
  );
});
