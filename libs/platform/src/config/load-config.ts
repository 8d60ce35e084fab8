import type { ZodType, z } from 'zod';
import { SettingFile } from '../secrets/secret';
import { readSettingFile } from '../secrets/read-setting-file';
import { ConfigurationError, type SettingFault } from './configuration-error';
import { isSecret } from './describe-settings';
import { shapeOf, type SettingsSection } from './settings-section';

/** The configuration that `loadConfig` makes from the sections. */
export type ConfigOf<Sections extends Record<string, SettingsSection>> = {
  readonly [Name in keyof Sections]: z.output<Sections[Name]>;
};

/**
 * Reads and validates all variables of the sections before it reports faults. An empty value counts as absent;
 * `<NAME>_FILE` names a file that holds the value (its trailing line break is dropped), for mounted secrets. A secret
 * keeps the file's name, so that `SecretFiles` can read it again; every other setting is read once. Variables that no
 * section declares are ignored.
 *
 * @throws ConfigurationError with one fault per variable; no fault contains a value
 */
export function loadConfig<Sections extends Record<string, SettingsSection>>(
  sections: Sections,
  env: NodeJS.ProcessEnv,
): ConfigOf<Sections> {
  const faults: SettingFault[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, section] of Object.entries(sections)) {
    const settings = settingsOf(shapeOf(section), env, faults);
    const parsed = section.safeParse(settings);
    if (parsed.success) {
      config[name] = parsed.data;
      continue;
    }
    for (const issue of parsed.error.issues) {
      faults.push({ setting: issue.path.join('.') || name, message: issue.message });
    }
  }
  if (faults.length > 0) {
    throw new ConfigurationError(onePerSetting(faults));
  }
  return config as ConfigOf<Sections>;
}

function settingsOf(
  shape: Readonly<Record<string, ZodType>>,
  env: NodeJS.ProcessEnv,
  faults: SettingFault[],
): Record<string, string | SettingFile> {
  const settings: Record<string, string | SettingFile> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const value = env[name] || undefined;
    const file = env[`${name}_FILE`] || undefined;
    if (value !== undefined && file !== undefined) {
      faults.push({ setting: name, message: `set either ${name} or ${name}_FILE, not both` });
    } else if (file !== undefined) {
      const content = contentOf(file);
      if (content === undefined) {
        faults.push({ setting: name, message: `${name}_FILE names a file that cannot be read` });
      } else if (content !== '') {
        settings[name] = isSecret(schema) ? new SettingFile(name, file, content) : content;
      }
    } else if (value !== undefined) {
      settings[name] = value;
    }
  }
  return settings;
}

function contentOf(file: string): string | undefined {
  try {
    return readSettingFile(file);
  } catch {
    return undefined;
  }
}

/**
 * Keeps the first fault of each setting, which is the reason for the others. For example, "expected …" after "cannot be
 * read" would add nothing.
 */
function onePerSetting(faults: readonly SettingFault[]): SettingFault[] {
  return faults.filter(
    (fault, index) => faults.findIndex((earlier) => earlier.setting === fault.setting) === index,
  );
}
