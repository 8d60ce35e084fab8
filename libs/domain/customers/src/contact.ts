import { z } from 'zod';
import { customerIdSchema } from './customer-id';

/** E.164: a plus, no leading zero, at most 15 digits. */
export const phonePattern = /^\+[1-9]\d{1,14}$/;

/**
 * A customer's name, e-mail address and phone number. The e-mail address is stored as it was written and compared
 * case-insensitively.
 */
export const contactSchema = z.strictObject({
  name: z.string().min(1),
  email: z.string().min(3).includes('@'),
  phone: z.string().regex(phonePattern).optional(),
});

export type Contact = Readonly<z.infer<typeof contactSchema>>;

/** A customer as another aggregate stores it: name and contact at that time. */
export const customerSnapshotSchema = contactSchema.extend({ id: customerIdSchema });

export type CustomerSnapshot = Readonly<z.infer<typeof customerSnapshotSchema>>;
