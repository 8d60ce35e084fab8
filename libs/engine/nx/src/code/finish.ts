import { formatFiles, type Tree } from '@nx/devkit';

export interface Formatting {
  /** Leave the files as the templates have them. `false` by default. */
  readonly skipFormat?: boolean;
}

/** Formats with the workspace's own formatter, if it has one. */
export async function finish(tree: Tree, { skipFormat = false }: Formatting): Promise<void> {
  if (!skipFormat) {
    await formatFiles(tree);
  }
}
