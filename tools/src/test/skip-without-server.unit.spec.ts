import { checkoutRoot } from '@tidemark/test-servers';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests, type FileReport } from '../nx/test-counts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-skip-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The outcome of Jest for one file, in which `ask()` asks for a server that the run does not have. */
function run(text: string) {
  const config = {
    rootDir: folder,
    testEnvironment: join(checkoutRoot, 'jest/skip-without-server.js'),
    transform: {},
    reporters: [],
  };
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(
    join(folder, 'file.test.js'),
    `const ask = async () => { throw Object.assign(new Error('none'), { code: 'missing_server' }); };\n${text}`,
  );
  const report = join(folder, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [
      require.resolve('jest/bin/jest'),
      ...['--config', JSON.stringify(config), '--runInBand', '--json', '--outputFile', report],
    ],
    { cwd: folder },
  );
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileReport[] };
  return { status, ...countTests(testResults) };
}

it('skips each test that asks for a missing server, and no other', () => {
  const text = `
    let count = 0;
    describe('a block', () => {
      beforeEach(() => (count += 1) === 2 ? ask() : undefined);
      afterEach(() => { if (count === 2) { throw new Error('nothing to clean up'); } });
      it('needs nothing', () => {});
      it('needs it before', () => {});
      it('needs it within', async () => { await ask(); });
      it('needs it behind a wrapper', async () => {
        await ask().catch((cause) => { throw new Error('no bed', { cause }); });
      });
    });`;
  expect(run(text)).toEqual({
    status: 0,
    passed: 1,
    failed: 0,
    skipped: ['a block needs it before', 'a block needs it within', 'a block needs it behind a wrapper'],
  });
});

it('skips a block whose preparation asks, with all that is in it, and runs its neighbours', () => {
  const text = `
    describe('one', () => {
      let bed;
      beforeAll(ask);
      beforeAll(() => bed.open());
      afterAll(() => bed.close());
      it('is here', () => {});
      describe('within', () => {
        beforeAll(() => bed.open());
        it('is deeper', () => {});
      });
    });
    it('is beside', () => {});`;
  expect(run(text)).toEqual({
    status: 0,
    passed: 1,
    failed: 0,
    skipped: ['one is here', 'one within is deeper'],
  });
});

it('leaves every other failure a failure', () => {
  const text = `
    beforeAll(() => { if (process.env.NEVER) { return ask(); } });
    afterAll(() => { throw new Error('left open'); });
    it('fails', () => { throw new Error('broken'); });
    it('holds', () => {});`;
  expect(run(text)).toMatchObject({ status: 1, passed: 1, failed: 1, skipped: [] });
});
