import { z } from 'zod';
import type { Secret } from '../secrets/secret';

/** `NODE_ENV`: with `production`, a service refuses settings that are only fit for trials. */
export function nodeEnvironment() {
  return z
    .string()
    .optional()
    .meta({ values: '`production`, or any other text' })
    .describe(
      'With `production`, the service refuses published keys, keys that are not random, and an `AUTH_JWKS_URL` without TLS. The images set it',
    );
}

export function isProduction(environment: string | undefined): boolean {
  return environment === 'production';
}

/** The keys of docker-compose.yml and k8s/overlays/local, with which anyone can make tokens and sign messages. */
export const publishedKeys: readonly string[] = [
  'dGhpcy1rZXktaXMtbm8tc2VjcmV0LWFuZC1mb3ItdHJpYWxzLW9ubHk',
  'YW5vdGhlci1rZXktdGhhdC1pcy1uby1zZWNyZXQtYnV0LWxvbmctZW5vdWdo',
  'bm8tc2VjcmV0LXJlbGF5LWtleS1mb3ItdHJpYWxzLW9ubHk',
  'bm8tc2VjcmV0LXByb2Nlc3Mta2V5LWZvci10cmlhbHMtb25seQ',
];

/** The least number of different bytes that a random key has. A random key of 32 bytes has about 30. */
const LEAST_DIFFERENT = 8;

/**
 * Requires that the key, and each later key from its file, is one that only its owner can know.
 *
 * @returns what is wrong with the present key, without the key itself
 */
export function requireUnguessable(key: Secret<Uint8Array>): string | undefined {
  return key.addRule(guessability);
}

/**
 * In production, requires the same of each key that a setting holds.
 *
 * @returns what is wrong with the present keys, without the keys themselves
 */
export function requireProductionKeys<Value>(
  environment: string | undefined,
  keys: Secret<Value>,
  secretsOf: (value: Value) => readonly Uint8Array[],
): string | undefined {
  return isProduction(environment)
    ? keys.addRule((value) =>
        secretsOf(value)
          .map(guessability)
          .find((fault) => fault !== undefined),
      )
    : undefined;
}

function guessability(bytes: Uint8Array): string | undefined {
  if (publishedKeys.includes(Buffer.from(bytes).toString('base64url'))) {
    return 'production refuses a key that is published with this software; generate your own';
  }
  const steps = bytes.map((byte, index) => byte - bytes[(index || bytes.length) - 1]!);
  return [bytes, steps].some((values) => new Set(values).size < LEAST_DIFFERENT)
    ? 'production refuses a key that is not random; generate one'
    : undefined;
}
