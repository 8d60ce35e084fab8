import { z } from 'zod';

const MIN_BYTES = 32;

/** A secret of at least 32 bytes, as base64url. */
export function secretKey() {
  return z
    .string()
    .refine(isStrong, { error: `expected at least ${MIN_BYTES} bytes as base64url` })
    .transform((text): Uint8Array => Buffer.from(text, 'base64url'))
    .meta({ values: `at least ${MIN_BYTES} bytes, base64url`, secret: true });
}

function isStrong(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length >= MIN_BYTES;
}
