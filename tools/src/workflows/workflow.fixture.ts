import { parse } from 'yaml';

/** A workflow of GitHub Actions, as far as the rules read it. */
export interface Workflow {
  readonly on: string | readonly string[] | Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group?: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly 'runs-on'?: string;
  /** A workflow that the job calls. Such a job has no steps. */
  readonly uses?: string;
  readonly secrets?: unknown;
  readonly permissions?: string | Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

export function parseWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

/** The names of the events that start the workflow. */
export function triggersOf({ on }: Workflow): readonly string[] {
  return typeof on === 'string' ? [on] : Array.isArray(on) ? (on as readonly string[]) : Object.keys(on);
}

/** The actions that a workflow uses, with their commits. */
export function actionsIn(workflow: Workflow): readonly string[] {
  return Object.values(workflow.jobs)
    .flatMap(({ uses, steps = [] }) => [uses, ...steps.map((step) => step.uses)])
    .filter((uses) => uses !== undefined);
}
