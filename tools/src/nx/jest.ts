import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { batchExecutor, type Outcome, type ProjectTask, type Workspace } from './batch-executor';
import { runNode } from './run-node';
import { countsFile, countTests, type FileReport } from './test-counts';

interface JestOptions {
  readonly tier: 'unit' | 'int' | 'e2e';
  readonly folders: readonly string[];
}

type JestTask = ProjectTask<JestOptions>;

/** One Jest for each tier. One for each project would be slower: Jest takes a second to start. */
export const executor = batchExecutor<JestOptions>(async (tasks, workspace) => {
  const outcomes = new Map<JestTask, Outcome>();
  for (const tier of new Set(tasks.map(({ options }) => options.tier))) {
    const ofTier = tasks.filter(({ options }) => options.tier === tier);
    (await runTier(tier, ofTier, workspace)).forEach((outcome, task) => outcomes.set(task, outcome));
  }
  return outcomes;
});

async function runTier(tier: string, tasks: readonly JestTask[], { folder, rootOf }: Workspace) {
  const { code, output, files } = await runJest(tier, testFiles(tasks, folder), folder);
  const pathOf = ({ name }: FileReport) => relative(folder, name).split(sep).join('/');
  // Jest also fails without a failed file, for example in its global setup.
  const isExplained = code === 0 || files.some(({ status }) => status === 'failed');
  return new Map(
    tasks.map((task) => {
      const own = files.filter((file) => rootOf(pathOf(file)) === task.root);
      const counts = countTests(own);
      write(join(folder, countsFile(task.project, tier)), counts);
      const success = isExplained && counts.failed === 0;
      return [
        task,
        {
          success,
          terminalOutput: isExplained ? own.map((file) => lineOf(file, pathOf(file))).join('') : output,
        },
      ];
    }),
  );
}

function testFiles(tasks: readonly JestTask[], folder: string): string[] {
  return tasks.flatMap(({ root, options: { tier, folders } }) =>
    folders.flatMap((name) =>
      readdirSync(join(folder, root, name), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith(`.${tier}.spec.ts`))
        .map((path) => join(folder, root, name, path)),
    ),
  );
}

async function runJest(tier: string, paths: readonly string[], folder: string) {
  if (paths.length === 0) {
    return { code: 0, output: '', files: [] };
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tidemark-jest-'));
  const report = join(scratch, 'report.json');
  const workers = process.env.TIDEMARK_TEST_WORKERS ?? Math.max(2, availableParallelism());
  try {
    const { code, output } = await runNode(
      [
        require.resolve('jest/bin/jest'),
        `--selectProjects=${tier}`,
        `--maxWorkers=${workers}`,
        '--json',
        `--outputFile=${report}`,
        '--runTestsByPath',
        ...paths,
      ],
      folder,
    );
    return { code, output, files: filesIn(report) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** None if Jest ended before it wrote its report. */
function filesIn(report: string): readonly FileReport[] {
  try {
    return (JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileReport[] }).testResults;
  } catch {
    return [];
  }
}

function lineOf({ status, message, startTime, endTime }: FileReport, path: string): string {
  const seconds = ((endTime - startTime) / 1_000).toFixed(1);
  // A file of which no test ran is neither.
  const outcome = status === 'passed' ? 'PASS' : status === 'failed' ? 'FAIL' : 'SKIP';
  return `${outcome} ${path} (${seconds} s)\n${message ? `${message}\n` : ''}`;
}

function write(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value)}\n`);
}
