import type { Brand } from '@tidemark/kernel';
import { z } from 'zod';

/** The SKU: 1 to 64 of `[A-Za-z0-9._-]`, case-sensitive. */
export type ProductId = Brand<string, 'ProductId'>;

const pattern = /^[A-Za-z0-9._-]{1,64}$/;

export const productIdSchema = z.string().regex(pattern) as unknown as z.ZodType<ProductId, string>;

export function parseProductId(text: string): ProductId | undefined {
  return pattern.test(text) ? (text as ProductId) : undefined;
}
