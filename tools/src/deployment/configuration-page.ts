import type { SettingDescription } from '@tidemark/platform';
import { migrationSettings, serviceSettings } from './service-settings';

const intro = `# Configuration

Written by \`npm run -s docs:configuration\` from the schemas that the services start with; a test compares the two.

A setting is an environment variable or, for mounted secrets, the content of the file that \`<NAME>_FILE\` names. An empty
setting counts as absent. If settings are wrong or missing, the service prints one line for each, without its value, and exits
with code 1. The defaults suit a service of ordinary size.

A **secret** holds a password or a key. A _required_ variable has no default.

A service reads a secret's file again every 10 s, or sooner if the operating system reports a change. It uses the new secret
without a restart. In a URL, only the user and the password can change in this way. The service refuses a new secret that is not
valid or does not work. It then logs an error that names the setting, raises
\`tidemark_secret_file_checks_total{outcome="refused"}\`, and keeps using the previous secret. To replace a file, write a new one and
rename it into place, as Kubernetes does.
`;

/** `docs/operations/configuration.md`: first the settings of all services, then the other settings of each service. */
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

/** A table as Prettier formats it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}
