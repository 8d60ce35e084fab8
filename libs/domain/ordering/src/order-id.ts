import type { Brand } from '@tidemark/kernel';
import { z } from 'zod';

/** A UUID of any version, in its canonical form: lowercase. */
export type OrderId = Brand<string, 'OrderId'>;

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const orderIdSchema = z.string().regex(pattern) as unknown as z.ZodType<OrderId, string>;

/** Accepts upper and lower case; `undefined` for anything but a UUID. */
export function parseOrderId(text: string): OrderId | undefined {
  const canonical = text.toLowerCase();
  return pattern.test(canonical) ? (canonical as OrderId) : undefined;
}
