import { runTidemark } from '@tidemark/cli';
import type { MetricLabels } from './registered-metrics.fixture';

/** The sections with which a runbook begins, in this order. */
const sections = ['Signals', 'First look', 'What to do', 'It is over when'];

/** No service answers there, so a valid command line fails with 1, an invalid one with 2. */
const nowhere: NodeJS.ProcessEnv = {
  TIDEMARK_TOKEN: 'none',
  TIDEMARK_COMMAND_URL: 'http://127.0.0.1:1',
  TIDEMARK_QUERY_URL: 'http://127.0.0.1:1',
  TIDEMARK_PROJECTION_URL: 'http://127.0.0.1:1',
  TIDEMARK_PROCESS_URL: 'http://127.0.0.1:1',
  TIDEMARK_COMMAND_ADMIN_URL: 'http://127.0.0.1:1',
  TIDEMARK_QUERY_ADMIN_URL: 'http://127.0.0.1:1',
  TIDEMARK_PROJECTION_ADMIN_URL: 'http://127.0.0.1:1',
  TIDEMARK_PROCESS_ADMIN_URL: 'http://127.0.0.1:1',
  EVENT_STORE_DATABASE_URL: 'postgres://127.0.0.1:1/none',
};

/** The faults of a runbook: a missing section, or a metric or command that does not exist. */
export async function runbookFaults(page: string, metrics: MetricLabels): Promise<string[]> {
  const found = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
  const order = sections.every((section, index) => found[index] === section)
    ? []
    : [`its sections do not begin with ${sections.join(', ')}`];
  const looksFirst = ctlCommandsIn(sectionOf(page, 'First look')).includes('status')
    ? []
    : ['its first look is not ctl status'];
  const signals = metricsIn(sectionOf(page, 'Signals'));
  const nothing = signals.some((name) => isRegistered(name, metrics)) ? [] : ['its signals name no metric'];
  const unknown = [...signals, ...metricsIn(sectionOf(page, 'It is over when'))]
    .filter((name) => !isRegistered(name, metrics))
    .map((name) => `no service registers ${name}`);
  const proof = ['tidemark_', 'http_'].some((prefix) =>
    metricsIn(sectionOf(page, 'It is over when')).some((name) => name.startsWith(prefix)),
  )
    ? []
    : ['no metric proves that it is over'];
  const commands = await Promise.all(ctlCommandsIn(page).map(commandFault));
  return [...order, ...looksFirst, ...nothing, ...unknown, ...proof, ...commands.flat()];
}

/** The faults of a page: alerts that lead to it but that it does not name, and named alerts that do not exist. */
export function alertFaults(page: string, leading: readonly string[], all: readonly string[]): string[] {
  const named = [...page.matchAll(/`(Tidemark[A-Z]\w+)`/g)].map(([, alert]) => alert!);
  return [
    ...leading
      .filter((alert) => !named.includes(alert))
      .map((alert) => `${alert} leads here, and is not named`),
    ...named.filter((alert) => !all.includes(alert)).map((alert) => `there is no alert ${alert}`),
  ];
}

/** The arguments after `npm run -s ctl --` in a page's quotes. */
export function ctlCommandsIn(page: string): string[] {
  return [...page.matchAll(/npm run -s ctl -- ([^`\n]+)/g)].map(([, command]) => command!.trim());
}

/** Splits arguments like a shell: by spaces, but not within double quotes. */
export function argumentsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** The text of a section, from its heading to the next heading; empty if there is no such heading. */
export function sectionOf(page: string, heading: string): string {
  const [, ...parts] = page.split(/^## /m);
  return parts.find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

async function commandFault(command: string): Promise<string[]> {
  const code = await runTidemark(argumentsOf(command), {
    environment: nowhere,
    write: () => undefined,
    writeError: () => undefined,
  });
  return code === 2 ? [`ctl ${command}: there is no such command`] : [];
}

function metricsIn(text: string): string[] {
  return [...text.matchAll(/`((?:tidemark|http|nodejs)_[a-z0-9_]+)`/g)].map(([, name]) => name!);
}

/** A histogram has the name with which its series begin. */
function isRegistered(name: string, metrics: MetricLabels): boolean {
  return metrics.has(name) || metrics.has(`${name}_count`);
}
