import { checkoutRoot, workspaceFolders } from '@tidemark/test-servers';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Production code by path from the root of the checkout, and each file's text. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  readonly to: string;
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly development: string }>>;
}

const isTest = /\.(spec|fixture)\.ts$|^libs\/(test-servers|engine\/testing)\//;

/** The code that ships: the libs and the apps without their tests. */
export function productionSources(): Sources {
  const files = projectFolders().flatMap((folder) =>
    readdirSync(join(checkoutRoot, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .map((file) => posix.join(folder, 'src', file))
      .filter((file) => file.endsWith('.ts') && !isTest.test(file)),
  );
  return new Map(files.map((file) => [file, readFileSync(join(checkoutRoot, file), 'utf8')]));
}

/** The file behind each name that a package may be imported by, such as `@tidemark/kernel`. */
export function packageDoors(): ReadonlyMap<string, string> {
  const doors = projectFolders().flatMap((folder) => {
    const manifest = readFileSync(join(checkoutRoot, folder, 'package.json'), 'utf8');
    const { name, exports = {} } = JSON.parse(manifest) as Manifest;
    return Object.entries(exports).map(
      ([door, { development }]) => [posix.join(name, door), posix.join(folder, development)] as const,
    );
  });
  return new Map(doors);
}

/**
 * Every import of one of the files by another, whether of values or of types.
 *
 * @throws Error when a file imports a path that is not among them
 */
export function importsAmong(
  sources: Sources,
  doors: ReadonlyMap<string, string> = new Map(),
): readonly Import[] {
  return [...sources].flatMap(([from, text]) =>
    ts.preProcessFile(text).importedFiles.flatMap(({ fileName }) => {
      const to = fileName.startsWith('.')
        ? `${posix.join(posix.dirname(from), fileName)}.ts`
        : doors.get(fileName);
      if (to !== undefined && !sources.has(to)) {
        throw new Error(`${from} imports ${to}, which is not production code`);
      }
      return to === undefined ? [] : [{ from, to }];
    }),
  );
}

/**
 * Cycles among the files and folders in one folder. A folder imports what the files in it import, at any depth. So a
 * cycle of files shows in the folder that they share, and a cycle of folders shows in their parent.
 *
 * @returns one line for each cycle: the folder, and the imports that close the cycle
 */
export function cyclesIn(imports: readonly Import[]): readonly string[] {
  const byFolder = new Map<string, Map<string, Map<string, Import>>>();
  for (const each of imports) {
    const { folder, from, to } = siblingsOf(each);
    const uses = getOrSet(byFolder, folder, () => new Map<string, Map<string, Import>>());
    getOrSet(uses, from, () => new Map<string, Import>()).set(to, each);
  }
  return [...byFolder].flatMap(([folder, uses]) => {
    const cycle = firstCycle(uses);
    return cycle ? [`${folder}: ${cycle.map(({ from, to }) => `${from} imports ${to}`).join(', ')}`] : [];
  });
}

/** The folder that holds both ends of an import, and its two children that contain these ends. */
function siblingsOf({ from, to }: Import): { folder: string; from: string; to: string } {
  const [ofFrom, ofTo] = [from.split('/'), to.split('/')];
  const depth = ofFrom.findIndex((name, index) => name !== ofTo[index]);
  return { folder: ofFrom.slice(0, depth).join('/'), from: ofFrom[depth]!, to: ofTo[depth]! };
}

/** The first cycle that a depth-first search finds. A child is done when no path from it leads back to it. */
function firstCycle(uses: ReadonlyMap<string, ReadonlyMap<string, Import>>): readonly Import[] | undefined {
  const done = new Set<string>();
  const visit = (child: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(child)) {
      return [...path.slice(path.indexOf(child)), child];
    }
    if (done.has(child)) {
      return undefined;
    }
    for (const next of uses.get(child)?.keys() ?? []) {
      const cycle = visit(next, [...path, child]);
      if (cycle) {
        return cycle;
      }
    }
    done.add(child);
    return undefined;
  };
  for (const child of uses.keys()) {
    const cycle = visit(child, []);
    if (cycle) {
      return cycle.slice(1).map((to, index) => uses.get(cycle[index]!)!.get(to)!);
    }
  }
  return undefined;
}

function projectFolders(): readonly string[] {
  return workspaceFolders().filter((folder) => /^(libs|apps)\//.test(folder));
}

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
