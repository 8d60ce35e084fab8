import { z } from 'zod';
import { customerIdSchema } from './customer-id';

/** E.164: a plus, no leading zero, at most 15 digits. */
export const phonePattern = /^\+[1-9]\d{1,14}$/;

/** How a customer is addressed. The e-mail is kept as it was written and compared without case. */
export const contactSchema = z.strictObject({
  name: z.string().min(1),
  email: z.string().min(3).includes('@'),
  phone: z.string().regex(phonePattern).optional(),
});

export type Contact = Readonly<z.infer<typeof contactSchema>>;

/** A customer as another aggregate keeps it: who it was and how to reach them when it happened. */
export const customerSnapshotSchema = contactSchema.extend({ id: customerIdSchema });

export type CustomerSnapshot = Readonly<z.infer<typeof customerSnapshotSchema>>;
