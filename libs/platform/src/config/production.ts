import { z } from 'zod';
import type { Secret } from '../secrets/secret';

/** `NODE_ENV`: with `production`, a service refuses what is fit for trials alone. */
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

/** The keys of docker-compose.yml and k8s/overlays/local, by which anybody can make tokens and sign messages. */
export const publishedKeys: readonly string[] = [
  'dGhpcy1rZXktaXMtbm8tc2VjcmV0LWFuZC1mb3ItdHJpYWxzLW9ubHk',
  'YW5vdGhlci1rZXktdGhhdC1pcy1uby1zZWNyZXQtYnV0LWxvbmctZW5vdWdo',
  'bm8tc2VjcmV0LXJlbGF5LWtleS1mb3ItdHJpYWxzLW9ubHk',
  'bm8tc2VjcmV0LXByb2Nlc3Mta2V5LWZvci10cmlhbHMtb25seQ',
];

/** A random key of 32 bytes has about 30 different ones. */
const LEAST_DIFFERENT = 8;

/**
 * Has the key, and each later one from its file, be one that only its owner can know.
 *
 * @returns what is wrong with the key that there is, without the key
 */
export function requireUnguessable(key: Secret<Uint8Array>): string | undefined {
  return key.addRule(guessability);
}

/**
 * Has each of the keys that a setting holds be such a key, in production.
 *
 * @returns what is wrong with the keys that there are, without the keys
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
