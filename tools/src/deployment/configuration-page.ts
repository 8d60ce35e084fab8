import type { SettingDescription } from '@tidemark/platform';
import { migrationSettings, serviceSettings } from './service-settings';

const intro = `# Configuration

Written by \`npm run -s docs:configuration\` from the schemas that the services start with; a test compares the two.

Every setting is an environment variable, or the content of a file that \`<NAME>_FILE\` names: for secrets that are mounted. An
empty one counts as absent. A bad or missing one ends the start with exit code 1 and one line for each, which never
shows the value. Defaults are what a service of ordinary size wants.

A **secret** holds a password or a key. A _required_ variable has no default.

A secret from a file is read again every 10 s, and sooner when the system tells of a change. A service takes the new one without
a restart; of a URL, only the user and the password can change in this way. A secret that is not valid, or with which the service
can't connect, is refused: an error in the log names the setting, \`tidemark_secret_file_checks_total{outcome="refused"}\` counts it, and
the secret from before stays in use. Write such a file anew and rename it into place, as Kubernetes does.
`;

/** `docs/operations/configuration.md`: what all services read first, then what each reads beside that. */
export function configurationPage(): string {
  const services = Object.entries(serviceSettings);
  const [, first] = services[0]!;
  const common = first.filter((setting) =>
    services.every(([, settings]) => settings.some((other) => isSame(setting, other))),
  );
  const own = services.map(([name, settings]) =>
    section(
      name,
      settings.filter((setting) => !common.some((other) => isSame(setting, other))),
    ),
  );
  const migrations = Object.entries(migrationSettings).map(([program, settings]) =>
    section(`\`${program}\``, settings),
  );
  return [intro, section('Every service', common), ...own, ...migrations].join('\n');
}

function isSame(one: SettingDescription, other: SettingDescription): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function section(title: string, settings: readonly SettingDescription[]): string {
  const rows = settings.map(({ name, byDefault, required, secret, values, meaning }) => [
    `\`${name}\``,
    byDefault === undefined ? (required ? '_required_' : '') : `\`${byDefault}\``,
    `${secret ? '**secret**, ' : ''}${values.includes('://') ? `\`${values}\`` : values}`,
    meaning,
  ]);
  return `## ${title}\n\n${table(['variable', 'default', 'values', 'meaning'], rows)}`;
}

/** As Prettier would have it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}
