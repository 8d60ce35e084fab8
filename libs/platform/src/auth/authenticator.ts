import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { AuthConfig } from '../config/auth-settings';
import { ProblemException } from '../problem/problem-exception';
import { ROLES, type Caller, type Role } from './caller';

const CLOCK_TOLERANCE_SECONDS = 5;
const JWKS_TIMEOUT_MS = 3_000;
const RETRY_AFTER_SECONDS = 5;
/** A key that was withdrawn is good for so much longer, which is also how long a key set is kept at least. */
const REMEMBERED_MS = 30_000;
const MAX_REMEMBERED = 10_000;

/** No symmetric algorithm with public keys, or a public key would do as a secret. */
const JWKS_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'];

/** Turns the `Authorization` header into a caller. A token that was good is not verified again for half a minute. */
export class Authenticator {
  private readonly verify: (token: string) => Promise<JWTVerifyResult>;
  /** By token; by the wall clock, as tokens expire. */
  private readonly callers = new LRUCache<string, Caller>({
    max: MAX_REMEMBERED,
    perf: { now: () => Date.now() },
    ttlResolution: 0,
  });

  constructor(config: AuthConfig) {
    const options = (algorithms: string[]): JWTVerifyOptions => ({
      algorithms,
      issuer: config.issuer,
      audience: config.audience,
      requiredClaims: ['sub', 'exp', 'roles'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    if (config.keys === 'local') {
      const { localKey } = config;
      this.verify = (token) => jwtVerify(token, localKey.current(), options(['HS256']));
      localKey.onChange(() => this.callers.clear());
    } else {
      const keys = createRemoteJWKSet(config.jwksUrl, { timeoutDuration: JWKS_TIMEOUT_MS });
      this.verify = (token) => jwtVerify(token, keys, options(JWKS_ALGORITHMS));
    }
  }

  /** @throws ProblemException 401 `unauthenticated`; 503 `identity_provider_unavailable` when the keys can't be had */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) {
      throw unauthenticated('A bearer token is needed.', 'Bearer');
    }
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    const caller =
      token === undefined ? undefined : (this.callers.get(token) ?? (await this.callerOf(token)));
    if (!caller) {
      throw unauthenticated('The bearer token is not valid.', 'Bearer error="invalid_token"');
    }
    return caller;
  }

  private async callerOf(token: string): Promise<Caller | undefined> {
    const payload = await this.payloadOf(token);
    const caller = payload && callerOf(payload);
    if (caller) {
      const expiresInMs = (payload.exp! + CLOCK_TOLERANCE_SECONDS) * 1_000 - Date.now();
      this.callers.set(token, caller, { ttl: Math.min(REMEMBERED_MS, Math.max(expiresInMs, 1)) });
    }
    return caller;
  }

  private async payloadOf(token: string): Promise<JWTPayload | undefined> {
    try {
      return (await this.verify(token)).payload;
    } catch (error) {
      if (isRefusedToken(error)) {
        return undefined;
      }
      throw new ProblemException(
        503,
        'identity_provider_unavailable',
        'Tokens cannot be verified at the moment.',
        { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error },
      );
    }
  }
}

/** A JWKS that is slow, broken or out of reach says nothing about the token. */
function isRefusedToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

function callerOf(payload: JWTPayload): Caller | undefined {
  const { sub: subject, roles, customer_id: customerId } = payload;
  if (subject === undefined || !/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(subject) || !isListOfTexts(roles)) {
    return undefined;
  }
  const known = ROLES.filter((role: Role) => roles.includes(role));
  if (customerId === undefined) {
    return { subject, roles: known };
  }
  if (typeof customerId !== 'string' || !/^[\w.-]{1,64}$/.test(customerId)) {
    return undefined;
  }
  return { subject, roles: known, customerId };
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function unauthenticated(message: string, challenge: string): ProblemException {
  return new ProblemException(401, 'unauthenticated', message, {
    headers: { 'www-authenticate': challenge },
  });
}
