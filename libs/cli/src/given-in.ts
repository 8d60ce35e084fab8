import { readFileSync } from 'node:fs';

/**
 * A variable, or the content of the file that `<NAME>_FILE` names, as in the services.
 *
 * @throws Error when the file can't be read
 */
export function givenIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] ?? (file && readFileSync(file, 'utf8').trim());
}
