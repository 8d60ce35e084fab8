import { compilePackages, packPackages } from './pack-packages';
import { publishedPackages } from './published-packages';
import { testedBank, failingTest } from './tested-bank.fixture';
import { UserProject } from './user.fixture';

/** Each with the module system that its users mostly have. */
const runners = {
  jest: {
    install: ['jest@^30.0.0'],
    functionsOf: '@jest/globals',
    file: 'bank.test.cjs',
    imported: (names: string, from: string) => `const { ${names} } = require('${from}');\n`,
    functions: '',
    command: `jest --testTimeout=60000 --config '{"testMatch":["**/*.test.cjs"],"transform":{}}'`,
    passed: /Tests:\s+(\d+) passed, \1 total/,
  },
  vitest: {
    install: ['vitest@^3.0.0'],
    functionsOf: 'vitest',
    file: 'bank.test.mjs',
    imported: (names: string, from: string) => `import { ${names} } from '${from}';\n`,
    functions: "import { describe, it, beforeAll, beforeEach, afterEach, afterAll } from 'vitest';\n",
    command: 'vitest run --testTimeout=60000',
    passed: /Tests\s+(\d+) passed \(\1\)/,
  },
} as const;

describe.each(Object.entries(runners))('a user who tests with %s', (_, runner) => {
  const project = new UserProject();
  // Jest reports on standard error.
  const run = (file: string) => project.run('sh', '-c', `npx --no-install ${runner.command} ${file} 2>&1`);

  beforeAll(async () => {
    await compilePackages(['declarations']);
    const tarballs = await packPackages('https://github.com/example/tidemark');
    const own = new Set(publishedPackages().map(({ manifest }) => manifest.name));
    const peers = publishedPackages()
      .flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}))
      .filter(([peer]) => !own.has(peer))
      .map(([peer, range]) => `${peer}@${range.split(' || ')[0]}`);
    await project.install(
      ...tarballs.map(({ path }) => path),
      ...new Set(peers),
      '@nestjs/testing@^11.0.0',
      ...runner.install,
    );
  }, 480_000);
  afterAll(() => project.remove());

  it('tests an aggregate, a projection, a process and an application, without any server', async () => {
    project.write(runner.file, testedBank(runner));
    expect(await run(runner.file)).toMatch(runner.passed);
  }, 120_000);

  it('sees what a failed expectation expected', async () => {
    const file = `failing-${runner.file}`;
    project.write(file, failingTest(runner));
    const failure = await run(file).then(
      () => undefined,
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
    expect(failure).toMatch(/expected events, but the command was refused: overdrawn/);
  }, 120_000);

  it('may give its functions to a contract suite', async () => {
    const names = 'describe, it, beforeAll, beforeEach, afterEach, afterAll';
    project.write(
      'runner.ts',
      `import { ${names} } from '${runner.functionsOf}';
       import type { TestRunner } from '@tidemark/kernel/testing';
       export const runner: TestRunner = { ${names} };`,
    );
    const options = { module: 'node16', moduleResolution: 'node16', skipLibCheck: true, noEmit: true };
    expect(await project.compile(['runner.ts'], options)).toEqual([]);
  }, 60_000);
});
