import type { Tree } from '@nx/devkit';
import { IndentationText, Project, QuoteKind, type SourceFile } from 'ts-morph';

/** Reads a file of TypeScript. Changes to the result reach the tree only by `edit`. */
export function parse(tree: Tree, path: string): SourceFile {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      quoteKind: QuoteKind.Single,
      useTrailingCommas: true,
      insertSpaceAfterOpeningAndBeforeClosingNonemptyBraces: true,
    },
  });
  return project.createSourceFile(path, tree.read(path, 'utf-8')!);
}

/** Changes a file. If `change` throws, the file stays as it was. */
export function edit(tree: Tree, path: string, change: (source: SourceFile) => void): void {
  const source = parse(tree, path);
  change(source);
  tree.write(path, source.getFullText());
}

/** Adds names to the imports of a module. A new import comes where its module belongs: packages, `../`, `./`. */
export function addImport(source: SourceFile, from: string, ...imported: readonly string[]): void {
  const imports = source.getImportDeclarations();
  const declaration =
    source.getImportDeclaration(from) ??
    source.insertImportDeclaration(
      imports.filter((each) => isBefore(each.getModuleSpecifierValue(), from)).length,
      { moduleSpecifier: from },
    );
  const all = new Set([...declaration.getNamedImports().map((each) => each.getText()), ...imported]);
  declaration.removeNamedImports();
  declaration.addNamedImports([...all].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)));
}

function isBefore(module: string, other: string): boolean {
  const group = (name: string) => (name.startsWith('./') ? 2 : name.startsWith('.') ? 1 : 0);
  return group(module) === group(other) ? module < other : group(module) < group(other);
}

/** Types come last. */
function orderOf(imported: string): string {
  return `${imported.startsWith('type ')} ${imported.toLowerCase()}`;
}
