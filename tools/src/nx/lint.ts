import { ESLint } from 'eslint';
import { join, relative, sep } from 'node:path';
import { batchExecutor, type ProjectTask, type Workspace } from './batch-executor';
import { runNode } from './run-node';

interface LintOptions {
  readonly folders: readonly string[];
}

type Task = ProjectTask<LintOptions>;

/**
 * One ESLint for all, and beside it one oxlint for the rules that need types (ADR 0061). A warning counts as an error.
 */
export const executor = batchExecutor<LintOptions>(async (tasks, workspace) => {
  const [ofEslint, ofOxlint] = await Promise.all([eslint(tasks, workspace), oxlint(tasks, workspace)]);
  return new Map(
    tasks.map((task) => {
      const terminalOutput = ofEslint.get(task)! + ofOxlint.get(task)!;
      return [task, { success: terminalOutput === '', terminalOutput }];
    }),
  );
});

/** @returns the complaints about each task; empty if there are none */
async function eslint(tasks: readonly Task[], { folder, rootOf }: Workspace): Promise<Map<Task, string>> {
  const linter = new ESLint({ cwd: folder });
  const results = await linter.lintFiles(foldersOf(tasks));
  const formatter = await linter.loadFormatter('stylish');
  const rootOfResult = ({ filePath }: ESLint.LintResult) =>
    rootOf(relative(folder, filePath).split(sep).join('/'));
  const complaints = tasks.map(async (task) => {
    const own = results.filter((result) => rootOfResult(result) === task.root);
    return [task, await formatter.format(own)] as const;
  });
  return new Map(await Promise.all(complaints));
}

/** @returns the complaints about each task, and about all if oxlint fails itself */
async function oxlint(tasks: readonly Task[], { folder, rootOf }: Workspace): Promise<Map<Task, string>> {
  const program = join(require.resolve('oxlint/package.json'), '../bin/oxlint');
  const options = [
    '--type-aware',
    '--deny-warnings',
    '--config=.oxlintrc.json',
    '--format=unix',
    '--no-error-on-unmatched-pattern',
  ];
  const { code, output } = await runNode([program, ...options, ...foldersOf(tasks)], folder);
  const complaints = output.split('\n').flatMap((line) => {
    const file = /^(.+?):\d+:\d+: /.exec(line)?.[1];
    return file === undefined ? [] : [{ root: rootOf(file), text: `${line}\n` }];
  });
  const isBroken = code !== 0 && complaints.length === 0;
  return new Map(
    tasks.map((task) => {
      const own = complaints.filter(({ root }) => root === task.root);
      return [task, isBroken ? output : own.map(({ text }) => text).join('')];
    }),
  );
}

function foldersOf(tasks: readonly Task[]): string[] {
  return tasks.flatMap(({ root, options: { folders } }) => folders.map((name) => join(root, name)));
}
