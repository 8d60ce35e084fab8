import { z } from 'zod';
import { secret } from '../secrets/secret';

const MIN_BYTES = 32;

/** A key of at least 32 bytes, as base64url. */
export function secretKey() {
  return secret(
    z
      .string()
      .refine(isStrong, { error: `expected at least ${MIN_BYTES} bytes as base64url` })
      .transform((text): Uint8Array => Buffer.from(text, 'base64url'))
      .meta({ values: `at least ${MIN_BYTES} bytes, base64url` }),
  );
}

function isStrong(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length >= MIN_BYTES;
}
