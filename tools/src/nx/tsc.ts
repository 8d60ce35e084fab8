import { join } from 'node:path';
import { batchExecutor } from './batch-executor';
import { runTypeProgram } from './type-program';

interface TypesOptions {
  readonly folders: readonly string[];
}

export const executor = batchExecutor<TypesOptions>((tasks, workspace) =>
  runTypeProgram(tasks, workspace, {
    include: tasks.flatMap(({ root, options: { folders } }) =>
      folders.map((name) => join(workspace.folder, root, name, '**/*.ts')),
    ),
    compilerOptions: { noEmit: true },
  }),
);
