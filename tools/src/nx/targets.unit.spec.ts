import { workspaceFolders } from '@tidemark/test-servers';
import { join } from 'node:path';
import { nxProjects, Reach, sourcesIn, type NxProject } from './task-inputs.fixture';

const projects = nxProjects();
const sourceFolders = [
  ...workspaceFolders().map((folder) => join(folder, 'src')),
  'benchmarks/src',
  'eslint',
  'examples/bank',
  'examples/seats',
];
const sources = sourcesIn(sourceFolders);
const reach = new Reach(sources);

/** The root has no folder `src`; its files are those that no other project has. */
const filesOf = ({ root }: NxProject) =>
  [...sources.keys()].filter((file) =>
    root === '.' ? /^(benchmarks|eslint|examples)\//.test(file) : file.startsWith(`${root}/src/`),
  );
const testsOf = (project: NxProject, tier: string) =>
  filesOf(project).filter((file) => file.endsWith(`.${tier}.spec.ts`));
/** The first few will do. */
const missingIn = (files: readonly string[], needed: Iterable<string>) => {
  const hashed = new Set(files);
  return [...needed].filter((file) => !hashed.has(file)).slice(0, 5);
};

it('every workspace is a project, and so is the root', () => {
  expect(projects.map(({ root }) => root).sort()).toEqual(['.', ...workspaceFolders()].sort());
});

describe.each(projects.map((project) => [project.name, project] as const))('%s', (_name, project) => {
  it('has the targets that people use, and Nx caches them', () => {
    const isCached = Object.fromEntries(
      ['test', 'lint', 'types', 'build'].map((target) => [target, project.targets[target]?.cache]),
    );
    // The root and the tools are run from their sources.
    const build = ['.', 'tools'].includes(project.root) ? undefined : true;
    expect(isCached).toEqual({ test: true, lint: true, types: true, build });
  });

  it('has a target for each tier of tests that it has', () => {
    const tiers = (['int', 'e2e'] as const).filter((tier) => testsOf(project, tier).length > 0);
    expect(['int', 'e2e'].filter((target) => target in project.targets)).toEqual(tiers);
  });

  it.each([
    ['test', 'unit'],
    ['int', 'int'],
  ])('%s runs again when a file changes that its tests load', (target, tier) => {
    const { files = [] } = project.targets[target] ?? {};
    const tests = testsOf(project, tier);
    const config = ['jest.config.js', '.swcrc', 'package-lock.json', 'tools/src/nx/jest.ts'];
    expect(missingIn(files, tests.length > 0 ? [...reach.from(tests), ...config] : [])).toEqual([]);
  });

  it.each([
    ['types', ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json', 'tools/src/nx/tsc.ts']],
    [
      'lint',
      [
        'eslint.config.mjs',
        'eslint/architecture.mjs',
        'libs/engine/kernel/package.json',
        'tools/src/nx/lint.ts',
      ],
    ],
  ])('%s runs again when a file changes that its files import', (target, config) => {
    const files = project.targets[target]!.files;
    expect(missingIn(files, [...reach.from(filesOf(project)), ...config])).toEqual([]);
  });
});

describe('the check of the inputs', () => {
  const ordering = projects.find(({ name }) => name === '@tidemark/ordering')!;
  const inputs = ordering.targets.test!.files;

  it('finds what a test loads from a project that its project does not name', () => {
    const spec = 'libs/domain/ordering/src/x.unit.spec.ts';
    const changed = new Reach(new Map([...sources, [spec, "import { Relay } from '@tidemark/messaging';"]]));
    expect(missingIn([...inputs, spec], changed.from([spec]))).toContain(
      'libs/engine/messaging/src/index.ts',
    );
  });

  it('would miss no change of a file that is loaded by way of another project', () => {
    const loaded = reach.from(testsOf(ordering, 'unit'));
    expect([...loaded]).toContain('libs/engine/kernel/src/money.ts');
    expect(
      missingIn(
        inputs.filter((file) => !file.endsWith('money.ts')),
        loaded,
      ),
    ).toEqual(['libs/engine/kernel/src/money.ts']);
  });

  it('leaves out what no test loads: the tests of other projects, and pages', () => {
    expect(missingIn(inputs, ['libs/engine/kernel/src/money.unit.spec.ts', 'README.md'])).toHaveLength(2);
  });
});

describe('files that tests read by their path', () => {
  /** Tests of these projects may read anything: the whole checkout is their input. */
  const readsAll = projects.filter(({ targets }) => targets.test!.files.includes('docs/architecture.md'));
  /** A path that leads out of the project. */
  const leadsOut = (project: NxProject, file: string, text: string) =>
    /\bcheckoutRoot\b/.test(text) ||
    [...text.matchAll(/__dirname, '((?:\.\.\/)+)/g)].some(
      ([, up]) => up!.length / 3 > file.split('/').length - 1 - project.root.split('/').length,
    );
  const faultsOf = (project: NxProject, given: readonly (readonly [string, string])[]) =>
    given.filter(([file, text]) => leadsOut(project, file, text)).map(([file]) => file);

  it('are inputs of the tools only', () => {
    expect(readsAll.map(({ name }) => name)).toEqual(['@tidemark/tools']);
  });

  it.each(
    projects
      .filter((project) => !readsAll.includes(project))
      .map((project) => [project.name, project] as const),
  )('are in the project of the test: %s', (_name, project) => {
    const tests = [...testsOf(project, 'unit'), ...testsOf(project, 'int')];
    const own = [...reach.from(tests)].filter((file) => filesOf(project).includes(file));
    // This project defines `checkoutRoot`. Its own tests use folders of their own.
    const isHelper = project.name === '@tidemark/test-servers';
    expect(
      isHelper
        ? []
        : faultsOf(
            project,
            own.map((file) => [file, sources.get(file)!] as const),
          ),
    ).toEqual([]);
  });

  it('are found by the check when they are elsewhere', () => {
    const project = projects.find(({ name }) => name === '@tidemark/ordering')!;
    const file = 'libs/domain/ordering/src/order/x.unit.spec.ts';
    expect(
      faultsOf(project, [
        [file, "readFileSync(join(__dirname, '../../README.md'))"],
        [file.replace('x.', 'y.'), "readFileSync(join(__dirname, '../../../README.md'))"],
        [file.replace('x.', 'z.'), "readFileSync(join(checkoutRoot, 'README.md'))"],
      ]),
    ).toEqual([file.replace('x.', 'y.'), file.replace('x.', 'z.')]);
  });
});
