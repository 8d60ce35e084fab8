import type { Brand } from '@tidemark/kernel';
import { z } from 'zod';

/** One attempt to pay an order: a UUID of any version, lowercase. */
export type PaymentId = Brand<string, 'PaymentId'>;

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const paymentIdSchema = z.string().regex(pattern) as unknown as z.ZodType<PaymentId, string>;

/** Accepts upper and lower case; `undefined` for anything but a UUID. */
export function parsePaymentId(text: string): PaymentId | undefined {
  const canonical = text.toLowerCase();
  return pattern.test(canonical) ? (canonical as PaymentId) : undefined;
}
