import type { LiveValue } from '@tidemark/kernel';
import { z } from 'zod';
import { secretKey } from './secret-key';

/** Where the keys come from that tokens are verified with, and what else a token must say. */
export type AuthConfig = {
  readonly issuer: string;
  readonly audience: string;
} & (
  | { readonly keys: 'jwks'; readonly jwksUrl: URL }
  | { readonly keys: 'local'; readonly localKey: LiveValue<Uint8Array> }
);

const LOCAL_ISSUER = 'tidemark-local';

/**
 * Exactly one of `AUTH_JWKS_URL` and `AUTH_LOCAL_KEY` (base64url, at least 32 bytes, for HS256); `AUTH_ISSUER` (default
 * `tidemark-local` with the local key, required with JWKS); `AUTH_AUDIENCE` (default `tidemark`).
 */
export function authSettings() {
  return z
    .object({
      AUTH_JWKS_URL: z
        .string()
        .refine(isHttpUrl, { error: 'expected an https:// or http:// URL' })
        .optional()
        .meta({ values: 'https://host/path' })
        .describe("The identity provider's keys, for production. Exactly one of this and `AUTH_LOCAL_KEY`"),
      AUTH_LOCAL_KEY: secretKey().optional().describe('The key of HS256 tokens, for trials'),
      AUTH_ISSUER: z
        .string()
        .optional()
        .describe('`iss` of the tokens. Required with `AUTH_JWKS_URL`; otherwise `tidemark-local`'),
      AUTH_AUDIENCE: z.string().default('tidemark').describe('`aud` of the tokens'),
    })
    .transform((env, context): AuthConfig => {
      const fault = (setting: string, message: string): never => {
        context.addIssue({ code: 'custom', path: [setting], message });
        return z.NEVER;
      };
      const { AUTH_JWKS_URL: jwksUrl, AUTH_LOCAL_KEY: localKey, AUTH_AUDIENCE: audience } = env;
      if ((jwksUrl === undefined) === (localKey === undefined)) {
        return fault('AUTH_JWKS_URL', 'expected exactly one of AUTH_JWKS_URL and AUTH_LOCAL_KEY');
      }
      if (localKey !== undefined) {
        return { keys: 'local', localKey, issuer: env.AUTH_ISSUER ?? LOCAL_ISSUER, audience };
      }
      if (env.AUTH_ISSUER === undefined) {
        return fault('AUTH_ISSUER', 'expected the issuer of the tokens, since AUTH_JWKS_URL is set');
      }
      return { keys: 'jwks', jwksUrl: new URL(jwksUrl!), issuer: env.AUTH_ISSUER, audience };
    });
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && ['https:', 'http:'].includes(new URL(value).protocol);
}
