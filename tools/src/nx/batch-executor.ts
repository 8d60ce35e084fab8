import type { ExecutorContext, TaskGraph } from '@nx/devkit';

/** A target of one project. */
export interface ProjectTask<Options> {
  readonly id: string;
  readonly project: string;
  /** The project's folder, relative to the workspace; `.` for the workspace itself. */
  readonly root: string;
  readonly options: Options;
}

/** What the program says about one project. */
export interface Outcome {
  readonly success: boolean;
  readonly terminalOutput: string;
}

export interface Workspace {
  readonly folder: string;
  /** The roots of all projects, relative to the workspace. */
  readonly roots: readonly string[];
  /** The root of the project that a file belongs to. The file's path is relative to the workspace. */
  rootOf(file: string): string;
}

type Run<Options> = (
  tasks: readonly ProjectTask<Options>[],
  workspace: Workspace,
) => Promise<ReadonlyMap<ProjectTask<Options>, Outcome>>;

/**
 * An executor for Nx from a function that runs a program for many projects at once. Nx caches the outcome of each
 * project by itself, and the next run has only the others to do.
 */
export function batchExecutor<Options>(run: Run<Options>) {
  return {
    async one(options: Options, context: ExecutorContext): Promise<{ success: boolean }> {
      const task = { id: context.targetName!, project: context.projectName!, options };
      const [[, { success, terminalOutput }]] = (await perform(run, [task], context)) as [[string, Outcome]];
      process.stdout.write(terminalOutput);
      return { success };
    },
    /** A generator, because Nx prints the output of a task only if a generator reports the task's end. */
    async *many(
      { tasks }: TaskGraph,
      inputs: Readonly<Record<string, Options>>,
      _overrides: Options,
      context: ExecutorContext,
    ): AsyncGenerator<{ task: string; result: Outcome }> {
      const batch = Object.values(tasks).map(({ id, target: { project } }) => ({
        id,
        project,
        options: inputs[id]!,
      }));
      for (const [task, result] of await perform(run, batch, context)) {
        yield { task, result };
      }
    },
  };
}

async function perform<Options>(
  run: Run<Options>,
  tasks: readonly Omit<ProjectTask<Options>, 'root'>[],
  { root: folder, projectsConfigurations: { projects } }: ExecutorContext,
): Promise<[id: string, Outcome][]> {
  const roots = Object.values(projects).map(({ root }) => root);
  const outcomes = await run(
    tasks.map((task) => ({ ...task, root: projects[task.project]!.root })),
    { folder, roots, rootOf: (file) => rootOf(file, roots) },
  );
  return [...outcomes].map(([{ id }, outcome]) => [id, outcome]);
}

/** The longest root above the file. The project `.` has the files that no other has. */
export function rootOf(file: string, roots: readonly string[]): string {
  return roots
    .filter((root) => file.startsWith(`${root}/`))
    .reduce((longest, root) => (root.length > longest.length ? root : longest), '.');
}
