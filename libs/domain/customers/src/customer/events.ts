import { defineEvent, type EventOf } from '@tidemark/kernel';
import { contactSchema } from '../contact';
import { customerIdSchema } from '../customer-id';

export const customerRegistered = defineEvent(
  'CustomerRegistered',
  contactSchema.extend({ customerId: customerIdSchema }),
);

/** Contains the whole contact after the change, not only the changed fields. */
export const customerContactChanged = defineEvent(
  'CustomerContactChanged',
  contactSchema.extend({ customerId: customerIdSchema }),
);

export const customerContracts = [customerRegistered, customerContactChanged] as const;

export type CustomerEvent = EventOf<(typeof customerContracts)[number]>;
