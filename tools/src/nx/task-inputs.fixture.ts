import { checkoutRoot } from '@tidemark/test-servers';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importsAmong, packageDoors, type Import, type Sources } from '../architecture/import-graph.fixture';

export interface NxProject {
  readonly name: string;
  readonly root: string;
  readonly targets: Readonly<Record<string, { readonly cache: boolean; readonly files: readonly string[] }>>;
}

/** The projects as Nx sees them. In a process of its own, because Nx loads native code and starts others. */
export function nxProjects(): readonly NxProject[] {
  const output = execFileSync(process.execPath, [join(__dirname, 'print-task-inputs.cjs')], {
    cwd: checkoutRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output) as NxProject[];
}

/** Every TypeScript file of these folders, tests included. */
export function sourcesIn(folders: readonly string[]): Sources {
  const files = folders.flatMap((folder) =>
    readdirSync(join(checkoutRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => posix.join(folder, file))
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules/')),
  );
  return new Map(files.map((file) => [file, readFileSync(join(checkoutRoot, file), 'utf8')]));
}

/** What a project's files import of other projects, at any depth. */
export class Reach {
  private readonly importsOf = new Map<string, Import[]>();

  constructor(private readonly sources: Sources) {
    for (const each of importsAmong(sources, packageDoors())) {
      this.importsOf.set(each.from, [...(this.importsOf.get(each.from) ?? []), each]);
    }
  }

  /** All files that are loaded when these files are. */
  from(files: readonly string[]): ReadonlySet<string> {
    const reached = new Set(files.filter((file) => this.sources.has(file)));
    for (const file of reached) {
      this.importsOf.get(file)?.forEach(({ to }) => reached.add(to));
    }
    return reached;
  }
}
