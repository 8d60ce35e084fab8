import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { LRUCache } from 'lru-cache';
import type { AuthConfig } from '../config/auth-settings';
import type { ProblemException } from '../problem/problem-exception';
import { problem } from '../problem/problems';
import type { Caller } from './caller';
import { PAUSE_AFTER_FAILURE_MS, RemoteKeys } from './remote-keys';
import { callerOf, CLOCK_TOLERANCE_SECONDS } from './token-claims';

/** How long a token stays valid after its key was withdrawn. */
const REMEMBERED_MS = 30_000;
/** Bounds the characters of all remembered tokens together. 10,000 tokens of an ordinary size fit. */
const MAX_REMEMBERED_CHARACTERS = 10_000_000;

/**
 * Symmetric algorithms are not allowed together with public keys, because an attacker could sign with a public key as
 * the secret.
 */
const JWKS_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'];

/** A token of another kind, such as a logout token, says so in its header (RFC 8725, section 3.11). */
const TYPES = [undefined, 'jwt', 'at+jwt'];

/** Turns the `Authorization` header into a caller. A token that was valid is not verified again for 30 s. */
export class Authenticator {
  private readonly verify: (token: string) => Promise<JWTVerifyResult>;
  private readonly maxLifetimeMs: number;
  /** The callers by token. Uses the wall clock, as the tokens' own expiry does. */
  private readonly callers = new LRUCache<string, Caller>({
    maxSize: MAX_REMEMBERED_CHARACTERS,
    sizeCalculation: (_, token) => token.length,
    perf: { now: () => Date.now() },
    ttlResolution: 0,
  });

  constructor(config: AuthConfig) {
    const options = (algorithms: string[]): JWTVerifyOptions => ({
      algorithms,
      issuer: config.issuer,
      audience: config.audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    this.maxLifetimeMs = config.maxLifetimeMs;
    if (config.keys === 'local') {
      const { localKey } = config;
      this.verify = (token) => jwtVerify(token, localKey.current(), options(['HS256']));
      localKey.onChange(() => this.callers.clear());
    } else {
      const keys = new RemoteKeys(config.jwksUrl);
      this.verify = (token) =>
        jwtVerify(token, (header, jws) => keys.keyOf(header, jws), options(JWKS_ALGORITHMS));
    }
  }

  /**
   * @throws ProblemException 401 `unauthenticated`; 503 `identity_provider_unavailable` when the keys can't be fetched
   */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) {
      throw unauthenticated('A bearer token is required.', 'Bearer');
    }
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    const caller =
      token === undefined ? undefined : (this.callers.get(token) ?? (await this.verifiedCaller(token)));
    if (!caller) {
      throw unauthenticated('The bearer token is not valid.', 'Bearer error="invalid_token"');
    }
    return caller;
  }

  private async verifiedCaller(token: string): Promise<Caller | undefined> {
    const payload = isCanonical(token) ? await this.payloadOf(token) : undefined;
    const verified = payload && callerOf(payload, this.maxLifetimeMs);
    if (verified) {
      const ttl = Math.min(REMEMBERED_MS, Math.max(verified.untilMs - Date.now(), 1));
      this.callers.set(token, verified.caller, { ttl });
    }
    return verified?.caller;
  }

  private async payloadOf(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload, protectedHeader } = await this.verify(token);
      return isAccessToken(protectedHeader.typ) ? payload : undefined;
    } catch (error) {
      // A broken key set does not make the token invalid.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid)) {
        return undefined;
      }
      throw problem('identity_provider_unavailable', {
        retryAfterSeconds: PAUSE_AFTER_FAILURE_MS / 1_000,
        cause: error,
      });
    }
  }
}

/**
 * Whether the signature is spelt canonically. A decoder ignores the spare bits of the last base64url character. So a
 * valid token would have sixteen spellings, each of which would be verified and remembered separately. The other parts
 * are signed as they are spelt.
 */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

function isAccessToken(typ: unknown): boolean {
  const name = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;
  return TYPES.some((type) => type === name);
}

function unauthenticated(message: string, challenge: string): ProblemException {
  return problem('unauthenticated', {
    detail: message,
    headers: { 'www-authenticate': challenge },
  });
}
