import { checkoutRoot } from '@tidemark/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Project {
  /** Its folder, as in `libs/kernel`. */
  readonly path: string;
  /** What it is drawn with. */
  readonly group: 'apps' | 'libraries' | 'domain';
  /** Paths of projects. */
  readonly uses: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx: { readonly tags: readonly string[] };
}

/** Everything uses the first, and only tests use the second. */
const notDrawn = new Set(['libs/kernel', 'libs/testing']);

/** The apps and libraries of this checkout, with what each declares to use. */
export function readProjects(): Project[] {
  const manifests = ['apps', 'libs'].flatMap((parent) =>
    readdirSync(join(checkoutRoot, parent)).map((folder) => {
      const path = `${parent}/${folder}`;
      const manifest = JSON.parse(readFileSync(join(checkoutRoot, path, 'package.json'), 'utf8')) as Manifest;
      return { path, ...manifest };
    }),
  );
  const drawn = manifests.filter(({ path }) => !notDrawn.has(path));
  return drawn.map(({ path, dependencies = {}, nx: { tags } }) => ({
    path,
    group: tags.includes('type:app') ? 'apps' : tags.includes('type:domain') ? 'domain' : 'libraries',
    uses: drawn.filter(({ name }) => name in dependencies).map((used) => used.path),
  }));
}

/** A Mermaid flowchart. An arrow that others imply (a uses b, b uses c, a uses c) is left out. */
export function libraryGraph(projects: readonly Project[]): string {
  const uses = new Map(projects.map((project) => [project.path, project.uses]));
  const reaches = (from: string, to: string): boolean =>
    (uses.get(from) ?? []).some((next) => next === to || reaches(next, to));
  const boxes = (['apps', 'libraries', 'domain'] as const).flatMap((group) => [
    `  subgraph ${group}`,
    ...projects
      .filter((project) => project.group === group)
      .map(({ path }) => `    ${path.replace('/', '-')}["${path.split('/')[1]}"]`),
    '  end',
  ]);
  const arrows = projects.flatMap(({ path, uses }) =>
    uses
      .filter((used) => !uses.some((other) => other !== used && reaches(other, used)))
      .map((used) => `  ${path.replace('/', '-')} --> ${used.replace('/', '-')}`),
  );
  return ['flowchart TD', ...boxes, ...arrows].join('\n');
}
