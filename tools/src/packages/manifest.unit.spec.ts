import { publishedManifest, type Manifest } from './manifest';

const workspace: Manifest = {
  name: 'workspace',
  version: '1.0.0',
  license: 'Apache-2.0',
  engines: { node: '>=20' },
};
const own: Manifest = {
  name: '@scope/lib',
  version: '1.2.3',
  sideEffects: false,
  exports: {
    '.': { development: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './part': { development: './src/part.ts', types: './dist/part.d.ts', default: './dist/part.js' },
  },
  nx: { targets: {} },
  dependencies: { pg: '^8.0.0' },
  devDependencies: { jest: '30.0.0' },
};
const published = publishedManifest(own, {
  workspace,
  folder: 'libs/lib',
  repository: 'https://github.com/owner/name',
});

describe('the manifest of a package', () => {
  it('leads to compiled code and its declarations, and to no source', () => {
    expect(published.exports).toEqual({
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './part': { types: './dist/part.d.ts', default: './dist/part.js' },
      './package.json': './package.json',
    });
  });

  it('leads TypeScript that does not read `exports` to the same declarations', () => {
    expect(published).toMatchObject({
      main: './dist/index.js',
      types: './dist/index.d.ts',
      typesVersions: { '*': { part: ['./dist/part.d.ts'] } },
    });
  });

  it('has what the library declares, and what all libraries share', () => {
    expect(published).toMatchObject({
      name: '@scope/lib',
      version: '1.2.3',
      sideEffects: false,
      dependencies: { pg: '^8.0.0' },
      license: 'Apache-2.0',
      engines: { node: '>=20' },
      repository: { type: 'git', url: 'git+https://github.com/owner/name.git', directory: 'libs/lib' },
    });
  });

  it('has nothing of the workspace', () => {
    expect(Object.keys(published)).not.toContain('nx');
    expect(Object.keys(published)).not.toContain('devDependencies');
  });

  it('has the list of generators, if there are some', () => {
    const withGenerators = publishedManifest(
      { ...own, generators: './generators.json' },
      { workspace, folder: 'libs/lib', repository: undefined },
    );
    expect(withGenerators).toMatchObject({ generators: './generators.json' });
    expect(withGenerators.files).toContain('generators.json');
    expect(published.files).not.toContain('generators.json');
  });

  it('names no repository when none is known', () => {
    const unknown = publishedManifest(own, { workspace, folder: 'libs/lib', repository: undefined });
    expect(Object.keys(unknown)).not.toContain('repository');
  });
});
