import { readFileSync } from 'node:fs';

/** The variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A variable, or the content of the file that `<NAME>_FILE` names, as in the services.
 *
 * @throws Error when the file can't be read
 */
export function givenIn(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] ?? (file && readFileSync(file, 'utf8').trim());
}
