import { actionsIn, parseWorkflow, triggersOf, type Job, type Workflow } from './workflow.fixture';

/** Machines by a version that does not change under us. */
const runners = ['ubuntu-24.04', 'ubuntu-24.04-arm'];
/** They run with a token of this repository on code that anyone has sent. */
const privilegedTriggers = ['pull_request_target', 'workflow_run', 'issue_comment'];
/** The permissions to write that jobs for pull requests may have. CodeQL writes what it finds. */
const writableByPullRequests = ['security-events'];

const isLocal = (uses: string): boolean => uses.startsWith('./');

/** Why a workflow is not safe enough, one sentence for each fault. Does not use the network. */
export function workflowFaults(text: string): readonly string[] {
  const workflow = parseWorkflow(text);
  const jobs = Object.entries(workflow.jobs);
  return [
    ...triggersOf(workflow)
      .filter((trigger) => privilegedTriggers.includes(trigger))
      .map((trigger) => `${trigger} runs foreign code with rights`),
    ...(JSON.stringify(workflow.permissions) === '{}'
      ? []
      : ['permissions of the workflow must be {}; each job names its own']),
    ...(workflow.concurrency?.group ? [] : ['the workflow has no concurrency group']),
    ...actionsIn(workflow).flatMap((uses) => pinFaults(uses, text)),
    ...jobs.flatMap(([name, job]) => jobFaults(job, workflow).map((fault) => `${name}: ${fault}`)),
  ];
}

/** A tag can be moved to other code. The version in the comment is for people, and for the tool that updates it. */
function pinFaults(uses: string, text: string): string[] {
  if (isLocal(uses)) {
    return [];
  }
  const isPinned = /^[\w.-]+\/[\w.-]+(\/[\w./-]+)?@[0-9a-f]{40}$/.test(uses);
  const lines = text.split('\n').filter((line) => line.includes(uses));
  const isNamed = lines.every((line) => /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
  return isPinned && isNamed ? [] : [`${uses} is not pinned as OWNER/NAME@<40 hex digits> # vX.Y.Z`];
}

function jobFaults(job: Job, workflow: Workflow): string[] {
  const steps = job.steps ?? [];
  const isCalled = job.uses !== undefined;
  return [
    ...permissionFaults(job, workflow),
    ...(job.secrets === undefined ? [] : ['passes secrets to another workflow']),
    ...(isCalled || job['timeout-minutes'] ? [] : ['has no timeout-minutes']),
    ...(isCalled ? [] : runnerFaults(job)),
    ...steps
      .filter(({ run }) => run?.includes('${{'))
      .map(({ run }) => `an expression is pasted into a script: pass it as an environment variable: ${run}`),
    ...steps
      .filter((step) => step.uses?.startsWith('actions/checkout@'))
      .filter((step) => step.with?.['persist-credentials'] !== false)
      .map(() => 'checkout leaves a token in the work tree'),
    ...(publishes(workflow) ? cacheFaults(job) : []),
  ];
}

function permissionFaults({ permissions }: Job, workflow: Workflow): string[] {
  if (permissions === undefined || typeof permissions === 'string') {
    return ['must name each of its permissions'];
  }
  const isOpen = triggersOf(workflow).includes('pull_request');
  return Object.entries(permissions)
    .filter(([scope, right]) => right === 'write' && isOpen && !writableByPullRequests.includes(scope))
    .map(([scope]) => `a pull request may not write ${scope}`);
}

/** Whether a job of the workflow may write packages or releases. */
const publishes = ({ jobs }: Workflow): boolean =>
  Object.values(jobs).some(
    ({ permissions }) =>
      typeof permissions === 'object' &&
      (permissions.packages === 'write' || permissions.contents === 'write'),
  );

/** The labels of the runner, also those that the matrix gives. */
function runnerFaults({ 'runs-on': label = '', strategy }: Job): string[] {
  const dimension = /^\$\{\{ matrix\.(\w+)\.runner \}\}$/.exec(label)?.[1];
  const labels = dimension
    ? (strategy?.matrix[dimension] ?? []).map((entry) => (entry as { runner: string }).runner)
    : [label];
  return labels.filter((name) => !runners.includes(name)).map((name) => `runs on ${name}`);
}

/** Any workflow of the branch can write the cache, so what is published is built without it. */
function cacheFaults({ steps = [] }: Job): string[] {
  const hasCache = ({ uses = '', with: inputs = {} }: NonNullable<Job['steps']>[number]): boolean =>
    uses.startsWith('actions/cache') ||
    'cache-from' in inputs ||
    (uses.startsWith('actions/setup-node@') && inputs['package-manager-cache'] !== false) ||
    (uses.startsWith('docker/setup-buildx-action@') && inputs['cache-binary'] !== false);
  return steps.filter(hasCache).map(({ uses }) => `publishes what a cache may have changed: ${uses}`);
}
