import { z } from 'zod';

const line = z.string().min(1);

/** A postal address. The country is ISO 3166-1 alpha-2; the edge checks that it exists. */
export const addressSchema = z.strictObject({
  name: line,
  line1: line,
  line2: line.optional(),
  city: line,
  postalCode: line,
  region: line.optional(),
  country: z.string().regex(/^[A-Z]{2}$/),
});

export type Address = Readonly<z.infer<typeof addressSchema>>;
