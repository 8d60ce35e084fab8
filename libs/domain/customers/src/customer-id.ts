import type { Brand } from '@tidemark/kernel';
import { z } from 'zod';

/** 1 to 64 of `[A-Za-z0-9._-]`, case-sensitive. Chosen by the caller or made up by the edge. */
export type CustomerId = Brand<string, 'CustomerId'>;

const pattern = /^[A-Za-z0-9._-]{1,64}$/;

export const customerIdSchema = z.string().regex(pattern) as unknown as z.ZodType<CustomerId, string>;

export function parseCustomerId(text: string): CustomerId | undefined {
  return pattern.test(text) ? (text as CustomerId) : undefined;
}
