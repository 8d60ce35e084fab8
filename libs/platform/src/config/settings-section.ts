import type { ZodType } from 'zod';

/** A group of environment variables, as they are or transformed into the shape that the code uses. */
export type SettingsSection = ZodType & (Shaped | { readonly in: Shaped });

interface Shaped {
  readonly shape: object;
}

/** The schema of each variable. */
export function shapeOf(section: SettingsSection): Readonly<Record<string, ZodType>> {
  return ('shape' in section ? section.shape : section.in.shape) as Record<string, ZodType>;
}
