import { customerIdSchema } from '@tidemark/customers';
import { defineEvent, type EventOf } from '@tidemark/kernel';
import { moneySchema } from '@tidemark/kernel/money';
import { orderIdSchema } from '@tidemark/ordering';
import { z } from 'zod';
import { paymentIdSchema } from '../payment-id';
import { paymentMethodSchema } from './payment-method';

const payment = { paymentId: paymentIdSchema, orderId: orderIdSchema, customerId: customerIdSchema };
const text = z.string().min(1);

/** The request, stored before the provider is called. */
export const paymentRequested = defineEvent(
  'PaymentRequested',
  z.strictObject({
    ...payment,
    amount: moneySchema,
    method: paymentMethodSchema,
    /** RFC 3339, UTC. After that, another payment may pay the order. */
    expiresAt: z.iso.datetime(),
  }),
);

/** May follow `PaymentFailed` of cause `EXPIRED`: the money was taken after all and must be refunded. */
export const paymentCaptured = defineEvent(
  'PaymentCaptured',
  z.strictObject({ ...payment, amount: moneySchema, transactionId: text }),
);

export const paymentFailed = defineEvent(
  'PaymentFailed',
  z.strictObject({
    ...payment,
    /**
     * `DECLINED`: the provider declined, no money moved. `EXPIRED`: the outcome is unknown, and a new payment replaced
     * it.
     */
    cause: z.enum(['DECLINED', 'EXPIRED']),
    reason: text,
  }),
);

export const paymentRefunded = defineEvent(
  'PaymentRefunded',
  z.strictObject({
    ...payment,
    amount: moneySchema,
    /** The total refunded of this payment, including this refund; never more than was captured. */
    totalRefunded: moneySchema,
    refundId: text,
    reason: text,
  }),
);

export const paymentRefundFailed = defineEvent(
  'PaymentRefundFailed',
  z.strictObject({
    ...payment,
    amount: moneySchema,
    /**
     * `PROVIDER_REFUSED` is the provider's answer. The other causes are rules that refuse without asking the provider.
     */
    cause: z.enum(['NOT_CAPTURED', 'CURRENCY_MISMATCH', 'AMOUNT_OUT_OF_RANGE', 'PROVIDER_REFUSED']),
    reason: text,
  }),
);

export const paymentContracts = [
  paymentRequested,
  paymentCaptured,
  paymentFailed,
  paymentRefunded,
  paymentRefundFailed,
] as const;

export type PaymentEvent = EventOf<(typeof paymentContracts)[number]>;
