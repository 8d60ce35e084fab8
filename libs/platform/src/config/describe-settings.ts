import type { z } from 'zod';
import { shapeOf, type SettingsSection } from './settings-section';

/** An environment variable, as its schema describes it. */
export interface SettingDescription {
  readonly name: string;
  /** The allowed values, with their unit. */
  readonly values: string;
  /** The default. Absent if there is none. */
  readonly byDefault?: string;
  /** Whether the service refuses to start without it, whatever else is set. */
  readonly required: boolean;
  /** Whether it holds a password or a key. */
  readonly secret: boolean;
  readonly meaning: string;
}

interface SettingFacts {
  readonly values?: string;
  readonly secret?: boolean;
  readonly description?: string;
}

/** Every variable of the sections, in their order. A variable that several sections describe alike is listed once. */
export function describeSettings(
  sections: Readonly<Record<string, SettingsSection>>,
): readonly SettingDescription[] {
  const settings = new Map<string, SettingDescription>();
  for (const section of Object.values(sections)) {
    for (const [name, schema] of Object.entries(shapeOf(section))) {
      settings.set(name, describeSetting(name, schema));
    }
  }
  return [...settings.values()];
}

function describeSetting(name: string, schema: z.ZodType): SettingDescription {
  const { values = 'text', secret = false, description = '' } = factsOf(schema);
  const absent = schema.safeParse(undefined);
  return {
    name,
    values,
    ...(absent.success && absent.data !== undefined && { byDefault: String(absent.data) }),
    required: !absent.success,
    secret,
    meaning: description,
  };
}

export function isSecret(schema: z.ZodType): boolean {
  return factsOf(schema).secret === true;
}

/** The metadata of a schema, or of a schema that it wraps (`optional`, `default`). The outermost wins. */
function factsOf(schema: z.ZodType): SettingFacts {
  const { innerType } = schema.def as { readonly innerType?: z.ZodType };
  return { ...(innerType && factsOf(innerType)), ...schema.meta() };
}
