import { checkoutRoot, workspaceFolders } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Project {
  /** The library's folder, such as `libs/engine/kernel`. */
  readonly path: string;
  /** The library's shelf, drawn as a box: `apps`, `libs`, `libs/engine` or `libs/domain`. */
  readonly shelf: string;
  /** The paths of the projects that it uses. */
  readonly uses: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The projects that the picture leaves out. Everything uses the first, and only tests use the others. */
const notDrawn = new Set(['libs/engine/kernel', 'libs/engine/testing', 'libs/test-servers']);

/** The apps and libraries of this checkout, with the dependencies that each declares. */
export function readProjects(): Project[] {
  const drawn = workspaceFolders()
    .filter((path) => path.includes('/') && !notDrawn.has(path))
    .map((path) => {
      const manifest = JSON.parse(readFileSync(join(checkoutRoot, path, 'package.json'), 'utf8')) as Manifest;
      return { path, ...manifest };
    });
  return drawn.map(({ path, dependencies = {} }) => ({
    path,
    shelf: dirname(path),
    uses: drawn.filter(({ name }) => name in dependencies).map((used) => used.path),
  }));
}

/** A Mermaid flowchart. An arrow that follows from others (a uses b, b uses c, so a uses c) is left out. */
export function libraryGraph(projects: readonly Project[]): string {
  const uses = new Map(projects.map((project) => [project.path, project.uses]));
  const reaches = (from: string, to: string): boolean =>
    (uses.get(from) ?? []).some((next) => next === to || reaches(next, to));
  const shelves = new Set(projects.map((project) => project.shelf));
  const boxes = [...shelves].flatMap((shelf) => [
    `  subgraph ${idOf(shelf)} ["${shelf}"]`,
    ...projects
      .filter((project) => project.shelf === shelf)
      .map(({ path }) => `    ${idOf(path)}["${basename(path)}"]`),
    '  end',
  ]);
  const arrows = projects.flatMap(({ path, uses }) =>
    uses
      .filter((used) => !uses.some((other) => other !== used && reaches(other, used)))
      .map((used) => `  ${idOf(path)} --> ${idOf(used)}`),
  );
  return ['flowchart TD', ...boxes, ...arrows].join('\n');
}

function idOf(path: string): string {
  return path.replaceAll('/', '-');
}
