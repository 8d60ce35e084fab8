import { ESLint } from 'eslint';
import { join, relative, sep } from 'node:path';
import { batchExecutor } from './batch-executor';

interface LintOptions {
  readonly folders: readonly string[];
}

/** One ESLint for all: it reads the types of the libraries and of the sources once. A warning counts as an error. */
export const executor = batchExecutor<LintOptions>(async (tasks, { folder, rootOf }) => {
  const eslint = new ESLint({ cwd: folder });
  const results = await eslint.lintFiles(
    tasks.flatMap(({ root, options: { folders } }) => folders.map((name) => join(root, name))),
  );
  const formatter = await eslint.loadFormatter('stylish');
  const rootOfResult = ({ filePath }: ESLint.LintResult) =>
    rootOf(relative(folder, filePath).split(sep).join('/'));
  const outcomes = tasks.map(async (task) => {
    const own = results.filter((result) => rootOfResult(result) === task.root);
    const success = own.every(({ errorCount, warningCount }) => errorCount + warningCount === 0);
    return [task, { success, terminalOutput: await formatter.format(own) }] as const;
  });
  return new Map(await Promise.all(outcomes));
});
