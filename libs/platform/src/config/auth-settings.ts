import type { LiveValue } from '@tidemark/kernel';
import { z } from 'zod';
import { durationMs } from './numbers';
import { isProduction, nodeEnvironment, requireUnguessable } from './production';
import { secretKey } from './secret-key';

/** The source of the keys that verify tokens, and the claims that a token must have. */
export type AuthConfig = {
  readonly issuer: string;
  readonly audience: string;
  /** Tokens with a longer lifetime are refused. */
  readonly maxLifetimeMs: number;
} & (
  | { readonly keys: 'jwks'; readonly jwksUrl: URL }
  | { readonly keys: 'local'; readonly localKey: LiveValue<Uint8Array> }
);

const LOCAL_ISSUER = 'tidemark-local';
const DAY_MS = 86_400_000;

/**
 * Exactly one of `AUTH_JWKS_URL` and `AUTH_LOCAL_KEY` (base64url, at least 32 bytes, for HS256); `AUTH_ISSUER` (default
 * `tidemark-local` with the local key, required with JWKS); `AUTH_AUDIENCE` (default `tidemark`);
 * `AUTH_MAX_LIFETIME_MS` (default a day). With `NODE_ENV=production`, a key must be random and unpublished, and the
 * JWKS URL must be `https://`.
 */
export function authSettings() {
  return z
    .object({
      NODE_ENV: nodeEnvironment(),
      AUTH_JWKS_URL: z
        .string()
        .refine(isHttpUrl, { error: 'expected an https:// or http:// URL' })
        .optional()
        .meta({ values: 'https://host/path' })
        .describe(
          'The keys of the identity provider, for production. Set either this or `AUTH_LOCAL_KEY`, not both',
        ),
      AUTH_LOCAL_KEY: secretKey()
        .optional()
        .describe('The key of HS256 tokens, for trials. Set either this or `AUTH_JWKS_URL`, not both'),
      AUTH_ISSUER: z
        .string()
        .optional()
        .describe(
          'The `iss` of the tokens. Required with `AUTH_JWKS_URL`; without it, the default is `tidemark-local`',
        ),
      AUTH_AUDIENCE: z.string().default('tidemark').describe('The `aud` of the tokens'),
      AUTH_MAX_LIFETIME_MS: durationMs({ default: DAY_MS, min: 1_000, max: 31 * DAY_MS }).describe(
        'The longest lifetime of a token, from its `iat` to its `exp`. For a token without `iat`, from now to its `exp`',
      ),
    })
    .transform((env, context): AuthConfig => {
      const fault = (setting: string, message: string): never => {
        context.addIssue({ code: 'custom', path: [setting], message });
        return z.NEVER;
      };
      const { AUTH_JWKS_URL: jwksUrl, AUTH_LOCAL_KEY: localKey } = env;
      const rest = { audience: env.AUTH_AUDIENCE, maxLifetimeMs: env.AUTH_MAX_LIFETIME_MS };
      if ((jwksUrl === undefined) === (localKey === undefined)) {
        return fault('AUTH_JWKS_URL', 'set exactly one of AUTH_JWKS_URL and AUTH_LOCAL_KEY');
      }
      const inProduction = isProduction(env.NODE_ENV);
      if (localKey !== undefined) {
        const weakness = inProduction ? requireUnguessable(localKey) : undefined;
        if (weakness !== undefined) {
          return fault('AUTH_LOCAL_KEY', weakness);
        }
        return { keys: 'local', localKey, issuer: env.AUTH_ISSUER ?? LOCAL_ISSUER, ...rest };
      }
      if (env.AUTH_ISSUER === undefined) {
        return fault('AUTH_ISSUER', 'required because AUTH_JWKS_URL is set: the issuer of the tokens');
      }
      if (inProduction && new URL(jwksUrl!).protocol !== 'https:') {
        return fault(
          'AUTH_JWKS_URL',
          'production refuses http://, because an attacker could replace the keys; use https://',
        );
      }
      return { keys: 'jwks', jwksUrl: new URL(jwksUrl!), issuer: env.AUTH_ISSUER, ...rest };
    });
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && ['https:', 'http:'].includes(new URL(value).protocol);
}
