import { checkoutRoot } from '@tidemark/test-servers';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const projects = ['good', 'bad', 'worse'] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-nx-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs an executor as Nx does, in a process of its own: for the target `target` of some projects. */
function run(executor: string, options: object, of: readonly string[] = projects) {
  const script = `
    const executors = require(${JSON.stringify(join(checkoutRoot, 'tools/executors.cjs'))});
    const { tasks, inputs, context } = JSON.parse(process.argv[1]);
    (async () => {
      const outcomes = {};
      for await (const { task, result } of executors['${executor}Many']({ tasks }, inputs, {}, context)) {
        outcomes[task] = result;
      }
      console.log(JSON.stringify(outcomes));
    })();`;
  const given = {
    tasks: Object.fromEntries(of.map((project) => [project, { id: project, target: { project } }])),
    inputs: Object.fromEntries(of.map((project) => [project, options])),
    context: {
      root: folder,
      projectsConfigurations: {
        projects: Object.fromEntries(projects.map((project) => [project, { root: `libs/${project}` }])),
      },
    },
  };
  const output = execFileSync(process.execPath, ['-e', script, JSON.stringify(given)], {
    cwd: folder,
    encoding: 'utf8',
  });
  return JSON.parse(output) as Record<string, { success: boolean; terminalOutput: string }>;
}

const successOf = (outcomes: ReturnType<typeof run>) =>
  Object.fromEntries(Object.entries(outcomes).map(([project, { success }]) => [project, success]));

describe('tests of many projects in one Jest', () => {
  beforeEach(() => {
    const project = "{ displayName: 'unit', transform: {}, testMatch: ['**/*.unit.spec.ts'] }";
    write({
      'jest.config.js': `module.exports = { projects: [${project}] };`,
      'package.json': '{}',
      'libs/good/src/a.unit.spec.ts': "it('holds', () => {}); it.skip('is left out', () => {});",
      'libs/bad/src/b.unit.spec.ts': "it('holds', () => {}); it('breaks', () => expect(1).toBe(2));",
      'libs/worse/src/c.unit.spec.ts': 'this is no program',
    });
  });

  it('fail only for the projects whose tests fail, and say which', () => {
    const outcomes = run('jest', { tier: 'unit', folders: ['src'] });

    expect(successOf(outcomes)).toEqual({ good: true, bad: false, worse: false });
    expect(outcomes.bad!.terminalOutput).toMatch(/^FAIL libs\/bad\/src\/b\.unit\.spec\.ts[^]*breaks[^]*toBe/);
    const counts = (name: string) =>
      JSON.parse(readFileSync(join(folder, `.tidemark/tests/unit/${name}.json`), 'utf8')) as unknown;
    expect(projects.map(counts)).toEqual([
      { passed: 1, failed: 0, skipped: ['is left out'] },
      { passed: 1, failed: 1, skipped: [] },
      { passed: 0, failed: 1, skipped: [] },
    ]);
  });

  it('fail for all projects when Jest itself fails, with its reason', () => {
    write({ 'jest.config.js': "throw new Error('no configuration');" });
    const outcomes = run('jest', { tier: 'unit', folders: ['src'] });

    expect(successOf(outcomes)).toEqual({ good: false, bad: false, worse: false });
    expect(outcomes.good!.terminalOutput).toContain('no configuration');
  });
});

describe('the types of many projects in one program', () => {
  beforeEach(() =>
    write({
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }),
      'libs/good/src/a.ts': 'export const one: number = 1;',
      'libs/bad/src/b.ts': "import { one } from '../../good/src/a';\nexport const text: string = one;",
      'libs/worse/src/c.ts': "import { text } from '../../bad/src/b';\nexport const list: string[] = [text];",
    }),
  );

  it('fail only for the projects that have an error, and say where', () => {
    const outcomes = run('tsc', { folders: ['src'] });

    expect(successOf(outcomes)).toEqual({ good: true, bad: false, worse: true });
    expect(outcomes.bad!.terminalOutput).toMatch(/libs\/bad\/src\/b\.ts\(2,14\): error TS2322/);
  });

  it('fail when an error is elsewhere, in what a project imports', () => {
    const outcomes = run('tsc', { folders: ['src'] }, ['worse']);

    expect(successOf(outcomes)).toEqual({ worse: false });
    expect(outcomes.worse!.terminalOutput).toContain('libs/bad/src/b.ts');
  });

  it('know the ambient declarations of the projects that a project imports', () => {
    write({
      'libs/good/src/untyped.d.ts': "declare module 'untyped' { export const two: number; }",
      'libs/good/src/a.ts': "export { two } from 'untyped';",
      'libs/worse/src/c.ts': "import { two } from '../../good/src/a';\nexport const three: number = two + 1;",
    });
    expect(successOf(run('tsc', { folders: ['src'] }, ['worse']))).toEqual({ worse: true });
  });

  it('fail for all projects when the configuration is wrong', () => {
    write({ 'tsconfig.json': JSON.stringify({ compilerOptions: { target: 'es1' } }) });
    expect(successOf(run('tsc', { folders: ['src'] }))).toEqual({ good: false, bad: false, worse: false });
  });
});

describe('the declarations of many projects from one program', () => {
  const declarationsOf = (name: string) =>
    readdirSync(join(folder, '.tidemark/declarations/libs', name), {
      recursive: true,
      encoding: 'utf8',
    }).sort();

  beforeEach(() =>
    write({
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }),
      'libs/good/src/a.ts': 'export const one = 1;',
      'libs/good/src/part/b.ts': "export { one } from '../a';",
      'libs/good/src/a.unit.spec.ts': 'export const test = 1;',
      'libs/good/src/a.fixture.ts': 'export const fixture = 1;',
      'libs/bad/src/b.ts': 'export const text: string = 1;',
      'libs/worse/src/c.ts': "import { one } from '../../good/src/a';\nexport const list = [one];",
    }),
  );

  it('are those of its sources, without tests and without the projects that it imports', () => {
    expect(successOf(run('declarations', {}))).toEqual({ good: true, bad: false, worse: true });
    expect(declarationsOf('good')).toEqual([
      'a.d.ts',
      'a.d.ts.map',
      'part',
      'part/b.d.ts',
      'part/b.d.ts.map',
    ]);
    expect(declarationsOf('worse')).toEqual(['c.d.ts', 'c.d.ts.map']);
    expect(existsSync(join(folder, '.tidemark/declarations/libs/bad'))).toBe(false);
  });

  it('replace those of a source that is no longer there', () => {
    write({ '.tidemark/declarations/libs/good/old.d.ts': '' });
    run('declarations', {}, ['good']);
    expect(declarationsOf('good')).not.toContain('old.d.ts');
  });
});

describe('ESLint and oxlint over many projects', () => {
  beforeEach(() =>
    write({
      'eslint.config.mjs': `export default [{ rules: { 'no-var': 'error', eqeqeq: 'warn' } }];`,
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, types: [] } }),
      '.oxlintrc.json': readFileSync(join(checkoutRoot, '.oxlintrc.json'), 'utf8'),
      'libs/good/src/a.js': 'const one = 1;',
      'libs/bad/src/b.js': 'const two = 2;',
      'libs/worse/c.js': 'const three = 3;',
    }),
  );

  it('fail only for the projects with a complaint, even if it is a warning', () => {
    write({ 'libs/bad/src/b.js': 'var two = 2;', 'libs/worse/c.js': 'const three = 1 == 2;' });
    const outcomes = run('lint', { folders: ['.'] });

    expect(successOf(outcomes)).toEqual({ good: true, bad: false, worse: false });
    expect(outcomes.bad!.terminalOutput).toContain('no-var');
  });

  it.each([
    ['a promise that no code awaits', 'no-floating-promises', 'Promise.resolve();'],
    ['a promise as a condition', 'no-misused-promises', 'export const x = Promise.resolve() ? 1 : 2;'],
    [
      'a case that a switch leaves out',
      'switch-exhaustiveness-check',
      "export function f(kind: 'a' | 'b') { switch (kind) { case 'a': return 1; } }",
    ],
  ])('stop %s', (_what, rule, code) => {
    write({ 'libs/bad/src/b.ts': code });
    const outcomes = run('lint', { folders: ['.'] });

    expect(successOf(outcomes)).toEqual({ good: true, bad: false, worse: true });
    expect(outcomes.bad!.terminalOutput).toMatch(new RegExp(`^libs/bad/src/b\\.ts:1:\\d+: .*${rule}`));
  });

  it('fail for all projects when the configuration is wrong', () => {
    write({ '.oxlintrc.json': '{ "rules": { "typescript/no-such-rule": "error" } }' });
    expect(successOf(run('lint', { folders: ['.'] }))).toEqual({ good: false, bad: false, worse: false });
  });
});
