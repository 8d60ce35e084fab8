import { appGenerator } from '@tidemark/nx';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { flushChanges, FsTree } from 'nx/src/generators/tree';

export interface CreateProjectOptions {
  /** The new folder. Its last part is the name of the application. */
  readonly folder: string;
  /** Whether to write an aggregate, a read model and a process that show the way; `true` by default. */
  readonly example?: boolean;
  /** Whether to format the files with Prettier; `true` by default. */
  readonly format?: boolean;
}

export interface CreatedProject {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Makes an application on Tidemark in a new folder, as the generator `@tidemark/nx:app` does.
 *
 * @throws Error, before it changes anything, if the folder is not empty or has no name that an application can have
 */
export async function createProject({
  folder,
  example,
  format = true,
}: CreateProjectOptions): Promise<CreatedProject> {
  const target = resolve(folder);
  const name = basename(target);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Error(`The folder ${target} is not empty. Name another folder, or empty it first.`);
  }
  const tree = new FsTree(target, false);
  await appGenerator(tree, { name, directory: '.', example, skipFormat: !format });
  mkdirSync(target, { recursive: true });
  flushChanges(target, tree.listChanges());
  return { name, folder: target };
}
