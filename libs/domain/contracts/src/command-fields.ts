import { z } from 'zod';

/** A UUID in either case, lower-cased, so that one order can't have two addresses. */
export function uuid<Id>(schema: z.ZodType<Id, string>) {
  return z.string().toLowerCase().pipe(z.uuid()).pipe(schema);
}

/** A customer's or product's id. HTTP takes neither of these two, because a path of a URL can't hold them. */
export function identifier<Id>(schema: z.ZodType<Id, string>) {
  return z
    .string()
    .refine((text) => text !== '.' && text !== '..')
    .pipe(schema);
}

const maxReason = 500;

/**
 * Why something is undone: in the words of a customer, or of an event. Its length is counted as HTTP counts it: what a
 * customer may send must not be refused on its way from the process.
 */
export const reason = z
  .string()
  .regex(/^(?=.*\S)\P{Cc}*$/u)
  .refine((text) => [...text.replace(/(?<=[^\uFE0E\uFE0F])[\uFE0E\uFE0F]/g, '')].length <= maxReason);
