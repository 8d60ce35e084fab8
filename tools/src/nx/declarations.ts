import { cpSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchExecutor } from './batch-executor';
import { runTypeProgram } from './type-program';

/**
 * Where a project's declarations go. Not into its `dist`, which its target `build` replaces.
 *
 * @param root the project's folder, relative to the workspace
 */
export function declarationsFolder(root: string): string {
  return join('.tidemark/declarations', root);
}

/** The declarations of each project's sources, without its tests. */
export const executor = batchExecutor<unknown>(async (tasks, workspace) => {
  const { folder } = workspace;
  mkdirSync(join(folder, '.tidemark'), { recursive: true });
  const emitted = mkdtempSync(join(folder, '.tidemark/emitted-'));
  try {
    const outcomes = await runTypeProgram(tasks, workspace, {
      include: tasks.map(({ root }) => join(folder, root, 'src/**/*.ts')),
      exclude: ['spec', 'fixture'].map((kind) => join(folder, `**/*.${kind}.ts`)),
      compilerOptions: {
        noEmit: false,
        emitDeclarationOnly: true,
        declaration: true,
        declarationMap: true,
        rootDir: folder,
        outDir: emitted,
      },
    });
    for (const [{ root }] of [...outcomes].filter(([, { success }]) => success)) {
      const target = join(folder, declarationsFolder(root));
      rmSync(target, { recursive: true, force: true });
      // The program also emits the sources that these projects import from others.
      cpSync(join(emitted, root, 'src'), target, { recursive: true });
    }
    return outcomes;
  } finally {
    rmSync(emitted, { recursive: true });
  }
});
