import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { appGenerator } from './app/app';

/** What every call needs here: Jest can't load Prettier. */
export const skipFormat = true;

/** An empty folder. */
export function emptyTree(): Tree {
  const tree = createTree();
  // Nx puts it there for its own tests.
  tree.delete('.prettierrc');
  return tree;
}

/** The application of the example: tickets that are opened, assigned and closed. */
export async function desk(): Promise<Tree> {
  const tree = emptyTree();
  await appGenerator(tree, { name: 'desk', directory: '.', skipFormat });
  return tree;
}

/** An application without aggregates. */
export async function bareDesk(): Promise<Tree> {
  const tree = emptyTree();
  await appGenerator(tree, { name: 'desk', directory: '.', example: false, skipFormat });
  return tree;
}

/** All files, by path. */
export function filesOf(tree: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, content?.toString() ?? '']));
}

/** The code of one file, with each run of white space as one space, as the formatter may break lines anywhere. */
export function codeOf(tree: Tree, path: string): string {
  return tree.read(path, 'utf-8')!.replace(/\s+/g, ' ');
}

/** Expects that the generator refuses with this sentence, and leaves every file as it was. */
export async function expectRefusal(
  tree: Tree,
  generate: () => Promise<unknown>,
  reason: RegExp,
): Promise<void> {
  const before = filesOf(tree);
  await expect(generate()).rejects.toThrow(reason);
  expect(filesOf(tree)).toEqual(before);
}
