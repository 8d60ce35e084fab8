import { createHash } from 'node:crypto';
import type { SettingDescription } from '@tidemark/platform';
import { newMessageKeys } from '@tidemark/test-servers';
import { serviceSettings } from './service-settings';
import type { Variable } from './service-pods.fixture';

/** An example value for a setting that only the installation knows. */
export function exampleOf({ values }: Pick<SettingDescription, 'values'>): string {
  if (values.includes('`keys`')) {
    return newMessageKeys();
  }
  return values.includes('base64url') ? createHash('sha256').update('example').digest('base64url') : values;
}

/** The environment from the variables, with examples for values of the installation. */
export function withExamples(variables: readonly Variable[]): Record<string, string> {
  const settings = Object.values(serviceSettings).flat();
  return Object.fromEntries(
    variables.map(({ name, value }) => [
      name,
      value ?? exampleOf(settings.find((setting) => setting.name === name)!),
    ]),
  );
}
