import { checkoutRoot } from '@tidemark/test-servers';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAlerts, type Alert } from './alerts.fixture';
import { registeredMetrics, type MetricLabels } from './registered-metrics.fixture';
import { alertFaults, argumentsOf, ctlCommandsIn, runbookFaults } from './runbook.fixture';

const folder = 'docs/operations';
const read = (name: string) => readFileSync(join(checkoutRoot, folder, name), 'utf8');
const runbooks = readdirSync(join(checkoutRoot, folder)).filter(
  (name) => !['README.md', 'configuration.md', 'install.md'].includes(name),
);
const alerts = readAlerts();
const pageOf = (annotations: Readonly<Record<string, string>> = {}) =>
  annotations['runbook_url']!.replace(`${folder}/`, '');

const nameOf = ({ alert }: Alert) => alert;

let metrics: MetricLabels;
beforeAll(async () => {
  metrics = await registeredMetrics();
});

const good = `# A page

## Signals

- \`tidemark_relay_backlog\` grows.

## First look

\`npm run -s ctl -- status\`

## What to do

\`npm run -s ctl -- fulfilments skip <orderId> --reason "by hand"\`

## It is over when

\`tidemark_relay_backlog\` is 0.
`;

describe('the check of runbooks', () => {
  it('accepts a complete page', async () => {
    expect(await runbookFaults(good, metrics)).toEqual([]);
  });

  it.each<[string, string, string, RegExp]>([
    ['a section that is missing', '## What to do', '### What to do', /sections/],
    ['sections in another order', '## First look', '## Causes', /sections/],
    ['a first look elsewhere', 'ctl -- status', 'ctl -- parked list', /first look/],
    ['signals without a metric', '- `tidemark_relay_backlog` grows', '- It is slow', /no metric/],
    [
      'a metric that no service registers',
      'tidemark_relay_backlog',
      'tidemark_relay_backlogs',
      /no service registers/,
    ],
    ['no metric as a proof', '`tidemark_relay_backlog` is 0', 'All is well', /no metric proves/],
    ['a command that does not exist', 'fulfilments skip', 'fulfilments forget', /no such command/],
    ['a command without its argument', ' --reason "by hand"', '', /no such command/],
    ['an option that does not exist', '--reason "by hand"', '--reason x --force', /no such command/],
    ['an extra argument', '<orderId>', '<orderId> twice', /no such command/],
  ])('notices %s', async (_, text, instead, fault) => {
    expect(good).toContain(text);
    const page = good.replace(text, instead);
    expect(await runbookFaults(page, metrics)).toContainEqual(expect.stringMatching(fault));
  });

  it('notices an unnamed alert that leads here, and a named alert that does not exist', () => {
    const page = '`TidemarkRelayBehind` and `TidemarkRelayAhead`';
    expect(alertFaults(page, ['TidemarkRelayBehind'], ['TidemarkRelayBehind', 'TidemarkRelayAhead'])).toEqual(
      [],
    );
    expect(alertFaults(page, ['TidemarkNotReady'], ['TidemarkRelayBehind', 'TidemarkNotReady'])).toEqual([
      'TidemarkNotReady leads here, and is not named',
      'there is no alert TidemarkRelayAhead',
    ]);
  });

  it('splits a command as a shell does', () => {
    expect(ctlCommandsIn('a `npm run -s ctl -- log verify` b')).toEqual(['log verify']);
    expect(argumentsOf('skip <id> --reason "by hand, 7"')).toEqual([
      'skip',
      '<id>',
      '--reason',
      'by hand, 7',
    ]);
  });
});

describe('the runbooks', () => {
  it.each(runbooks)('%s has its sections, and names only metrics and commands that exist', async (name) => {
    expect(await runbookFaults(read(name), metrics)).toEqual([]);
  });

  it.each(runbooks)('%s is in the index', (name) => {
    expect(read('README.md')).toContain(`](${name})`);
  });

  it.each(runbooks)('%s names the alerts that lead to it', (name) => {
    const leading = alerts.filter(({ annotations }) => pageOf(annotations) === name);
    expect(alertFaults(read(name), leading.map(nameOf), alerts.map(nameOf))).toEqual([]);
  });

  it('cover every alert', () => {
    expect(alerts.filter(({ annotations }) => !runbooks.includes(pageOf(annotations)))).toEqual([]);
  });
});

describe('the index', () => {
  it('quotes only commands that exist', async () => {
    const quoted = ctlCommandsIn(read('README.md'));
    expect(quoted).toContain('status');
    const page = `${good}\n${quoted.map((command) => `\`npm run -s ctl -- ${command}\``).join('\n')}`;
    expect(await runbookFaults(page, metrics)).toEqual([]);
  });
});
