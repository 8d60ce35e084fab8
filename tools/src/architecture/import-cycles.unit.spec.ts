import { cyclesIn, importsAmong, packageDoors, productionSources } from './import-graph.fixture';

describe('production code', () => {
  const imports = importsAmong(productionSources(), packageDoors());

  it('has no cycle between files or between folders', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it('is checked completely, even across packages', () => {
    expect(imports.length).toBeGreaterThan(1_000);
    expect(imports).toContainEqual({
      from: 'libs/engine/event-store/src/index.ts',
      to: 'libs/engine/event-store/src/errors.ts',
    });
    expect(imports).toContainEqual({
      from: 'apps/query-service/src/app.module.ts',
      to: 'apps/query-service/src/config.ts',
    });
    expect(imports.filter(({ from, to }) => from.startsWith('apps/') && to.startsWith('libs/'))).not.toEqual(
      [],
    );
  });
});

describe('a cycle', () => {
  const cyclesAmong = (sources: Record<string, string>, doors: Record<string, string> = {}) =>
    cyclesIn(importsAmong(new Map(Object.entries(sources)), new Map(Object.entries(doors))));

  it('is found between files', () => {
    expect(
      cyclesAmong({
        'src/a.ts': "import { b } from './b';",
        'src/b.ts': "import { c } from './c';",
        'src/c.ts': "export { a } from './a';",
      }),
    ).toEqual(['src: src/a.ts imports src/b.ts, src/b.ts imports src/c.ts, src/c.ts imports src/a.ts']);
  });

  it.each([
    ['types', "import type { B } from '../b/b';"],
    ['a type among values', "import { one, type B } from '../b/b';"],
    ['a type inside a declaration', "export const b: import('../b/b').B = 1;"],
    ['effects', "import '../b/b';"],
    ['code at run time', "export const b = () => import('../b/b');"],
  ])('counts imports of %s', (_what, text) => {
    expect(cyclesAmong({ 'src/a/a.ts': text, 'src/b/b.ts': "import { a } from '../a/a';" })).toHaveLength(1);
  });

  it('is found between folders even if their files have none', () => {
    expect(
      cyclesAmong({
        'src/a/one.ts': "import { two } from '../b/deep/two';",
        'src/b/deep/two.ts': '',
        'src/b/three.ts': "import { four } from '../a/four';",
        'src/a/four.ts': '',
      }),
    ).toEqual(['src: src/a/one.ts imports src/b/deep/two.ts, src/b/three.ts imports src/a/four.ts']);
  });

  it('is found between packages', () => {
    expect(
      cyclesAmong(
        {
          'libs/a/src/index.ts': "import { b } from '@x/b';",
          'libs/b/src/index.ts': "import { a } from '@x/a/door';",
          'libs/a/src/door.ts': '',
        },
        { '@x/b': 'libs/b/src/index.ts', '@x/a/door': 'libs/a/src/door.ts' },
      ),
    ).toHaveLength(1);
  });

  it('is not searched for if an imported file is missing', () => {
    expect(() => cyclesAmong({ 'src/a.ts': "import { b } from './b';" })).toThrow('src/b.ts');
  });

  it('is not found if a file imports from a folder beside it, and the folder imports another file beside that folder', () => {
    expect(
      cyclesAmong({
        'src/index.ts': "import { one } from './a/one';",
        'src/a/one.ts': "import { errors } from '../errors';",
        'src/errors.ts': '',
      }),
    ).toEqual([]);
  });
});
