import { z } from 'zod';

export const text = z.string();
export const count = z.number().min(0);
export const date = z.date();

export const addressSchema = z.strictObject({
  name: text,
  line1: text,
  line2: text.optional(),
  city: text,
  postalCode: text,
  region: text.optional(),
  /** ISO 3166-1 alpha-2 */
  country: text,
});

export type Address = Readonly<z.infer<typeof addressSchema>>;
