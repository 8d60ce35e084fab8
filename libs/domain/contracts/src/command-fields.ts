import { z } from 'zod';

/** A UUID in upper or lower case, converted to lower case, so that one order can't have two addresses. */
export function uuid<Id>(schema: z.ZodType<Id, string>) {
  return z.string().toLowerCase().pipe(z.uuid()).pipe(schema);
}

/** A customer's or product's id. It refuses `.` and `..` like HTTP, because a URL's path can't contain them. */
export function identifier<Id>(schema: z.ZodType<Id, string>) {
  return z
    .string()
    .refine((text) => text !== '.' && text !== '..')
    .pipe(schema);
}

const maxReason = 500;

/**
 * The reason for undoing something: the customer's text, or an event's. Its length is counted as in HTTP, so that a
 * text that a customer may send is not refused later, when the process passes it on.
 */
export const reason = z
  .string()
  .regex(/^(?=.*\S)\P{Cc}*$/u)
  .refine((text) => [...text.replace(/(?<=[^\uFE0E\uFE0F])[\uFE0E\uFE0F]/g, '')].length <= maxReason);
