import { checkoutRoot, createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest';
import { compilePackages, packPackages, type Tarball } from './pack-packages';
import { UserProject } from './user.fixture';

let tarballs: readonly Tarball[];

beforeAll(async () => {
  await compilePackages(['declarations']);
  tarballs = await packPackages(undefined);
}, 240_000);

/** The path of a Node of this major version; that of this process, if it has it. */
async function nodeOf(major: string, project: UserProject): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) {
    return process.execPath;
  }
  const path = await project.run('npx', '--yes', `--package=node@${major}`, 'node', '-p', 'process.execPath');
  return path.trim();
}

/** The example's own manifest, with the packed packages, and with this version of Nest. */
function manifestFor(example: string, nest: string): string {
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as Manifest;
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
    name,
    name.startsWith('@nestjs/') ? `^${nest}.0.0` : range,
  ]);
  // No version is published yet, so npm has to be told of the packages that the example does not name as well.
  const packed = tarballs.map(({ name, path }) => [name, `file:${path}`]);
  return JSON.stringify({ ...manifest, dependencies: Object.fromEntries([...dependencies, ...packed]) });
}

describe.each(readdirSync(join(checkoutRoot, 'examples')))(
  'examples/%s, from the packed packages',
  (name) => {
    const example = join(checkoutRoot, 'examples', name);
    const tests = readdirSync(join(example, 'test'))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join('test', file));

    describe.each([
      ['11', '20'],
      ['11', '24'],
      ['12', '24'],
    ])('on Nest %s and Node %s', (nest, nodeMajor) => {
      const project = new UserProject(example);
      let database: TestDatabase;
      let node: string;
      beforeAll(async () => {
        project.write('package.json', manifestFor(example, nest));
        await project.install();
        database = await createTestDatabase();
        node = await nodeOf(nodeMajor, project);
      }, 240_000);
      afterAll(async () => {
        project.remove();
        await database?.drop();
      });

      it('has one Nest, of this version', () => {
        expect(project.versionsOf('@nestjs/core')).toEqual([expect.stringMatching(`^${nest}\\.`)]);
      });

      it('compiles', async () => {
        expect(await project.run(node, 'node_modules/typescript/bin/tsc', '-p', '.')).toBe('');
      }, 120_000);

      it('passes its own tests, which kill it', async () => {
        const output = await project.runWith(
          { DATABASE_URL: database.url },
          node,
          '--import',
          'tsx',
          '--test',
          '--test-reporter=tap',
          ...tests,
        );
        expect(output).toMatch(/^# pass [1-9]/m);
        expect(output).toMatch(/^# fail 0$/m);
      }, 300_000);
    });
  },
);
