import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, ProjectTask, Workspace } from './batch-executor';
import { runNode } from './run-node';

/** The part of a `tsconfig.json` that differs from the workspace's own. Paths are absolute. */
export interface TypeProgram {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
}

/** One program for all projects: it reads the types of the libraries and of the sources once. */
export async function runTypeProgram<Task extends ProjectTask<unknown>>(
  tasks: readonly Task[],
  { folder, roots: allRoots, rootOf }: Workspace,
  program: TypeProgram,
): Promise<Map<Task, Outcome>> {
  // Inside the workspace, since `types` of the configuration are looked up from its folder.
  const scratch = join(folder, '.tidemark', `types-${process.pid}`);
  const config = join(scratch, 'tsconfig.json');
  const include = [
    ...program.include,
    // No import leads to them, but the sources of the libraries that these projects import need them.
    ...allRoots.map((root) => join(folder, root, 'src/**/*.d.ts')),
  ];
  mkdirSync(scratch, { recursive: true });
  writeFileSync(config, JSON.stringify({ extends: join(folder, 'tsconfig.json'), ...program, include }));
  try {
    // The compiler in native code, which takes a third of the processor time. ESLint and Swagger need version 6.
    const tsc = join(require.resolve('typescript-7/package.json'), '../bin/tsc');
    const { code, output } = await runNode([tsc, '--pretty', 'false', '-p', config], folder);
    const errors = errorsIn(output).map(({ file, text }) => ({ root: file && rootOf(file), text }));
    const roots = new Set(tasks.map(({ root }) => root));
    // An error elsewhere says nothing about these projects. They count as broken.
    const isElsewhere =
      code !== 0 &&
      (errors.length === 0 || errors.some(({ root }) => root === undefined || !roots.has(root)));
    return new Map(
      tasks.map((task) => {
        const own = errors.filter(({ root }) => root === task.root);
        const terminalOutput = isElsewhere ? output : own.map(({ text }) => text).join('');
        return [task, { success: !isElsewhere && own.length === 0, terminalOutput }];
      }),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Each error begins with `file(line,column): `. The indented lines below belong to it. */
function errorsIn(output: string): { file: string | undefined; text: string }[] {
  const errors: { file: string | undefined; text: string }[] = [];
  for (const line of output.split('\n').filter(Boolean)) {
    const last = errors.at(-1);
    if (last && /^\s/.test(line)) {
      last.text += `${line}\n`;
    } else {
      errors.push({ file: /^(.+)\(\d+,\d+\): /.exec(line)?.[1], text: `${line}\n` });
    }
  }
  return errors;
}
