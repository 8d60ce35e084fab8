/** The parts of a `package.json` that packing reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  /** The list of generators of Nx, if the package has any. */
  readonly generators?: string;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

export interface PublishedManifestOptions {
  /** The workspace's manifest. All packages have its licence and its engines. */
  readonly workspace: Manifest;
  /** The package's folder, relative to the workspace. */
  readonly folder: string;
  /** The repository's address, such as `https://github.com/OWNER/NAME`. */
  readonly repository: string | undefined;
}

/** The files of every package. npm adds the manifest, the README and the licence. */
export const publishedFiles = ['dist', 'src', 'CHANGELOG.md'] as const;

/** A package with the field `generators` has this file, which lists the generators for Nx. */
export const generatorsFile = 'generators.json';

/**
 * A package's manifest as users get it. It has no trace of the workspace: no condition that leads to sources
 * (ADR 0062), no targets of Nx, and no development dependencies.
 */
export function publishedManifest(
  own: Manifest,
  options: PublishedManifestOptions,
): Readonly<Record<string, unknown>> {
  const { name, version, exports = {}, ...others } = own;
  const doors = Object.entries(exports).map(
    ([door, conditions]) => [door, without(conditions, 'development')] as const,
  );
  const main = exports['.'];
  const subpaths = doors.filter(([door]) => door !== '.');
  return {
    name,
    version,
    license: options.workspace.license,
    ...(options.repository && {
      repository: { type: 'git', url: `git+${options.repository}.git`, directory: options.folder },
    }),
    engines: options.workspace.engines,
    ...without(others, 'nx', 'devDependencies'),
    type: 'commonjs',
    main: main?.default,
    types: main?.types,
    exports: { ...Object.fromEntries(doors), './package.json': './package.json' },
    // TypeScript with `moduleResolution: node10`, which many Nest apps have, does not read `exports`.
    ...(subpaths.length > 0 && {
      typesVersions: {
        '*': Object.fromEntries(subpaths.map(([door, { types }]) => [door.slice('./'.length), [types]])),
      },
    }),
    files: [...publishedFiles, ...(own.generators === undefined ? [] : [generatorsFile])],
    publishConfig: { access: 'public', provenance: true },
  };
}

function without<Value>(
  all: Readonly<Record<string, Value>>,
  ...names: readonly string[]
): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}
