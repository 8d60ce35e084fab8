import { PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';
import { z } from 'zod';
import { ROLES, type Caller } from './caller';

/** How far the clocks of Tidemark and of the identity provider may differ. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** Seconds since 1970, possibly with a fraction (RFC 7519, section 2), up to the last instant of a `Date`. */
const numericDate = z.number().min(0).max(8_640_000_000_000);

/** The types of the claims that Tidemark reads. Other claims may have any type. */
const tokenClaims = z.object({
  sub: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u)
    .refine((subject) => !subject.startsWith(PROCESS_ACTOR_PREFIX)),
  roles: z.array(z.string()),
  customer_id: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/)
    .optional(),
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: numericDate,
  iat: numericDate.optional(),
  nbf: numericDate.optional(),
});

export interface CallerUntil {
  readonly caller: Caller;
  /** When the token expires, in milliseconds since 1970, including the clock tolerance. */
  readonly untilMs: number;
}

/**
 * The caller that a verified payload names. Undefined when a claim is of a wrong type or out of bounds, when `iat` is
 * in the future, or when the token's lifetime is longer than `maxLifetimeMs`. The lifetime starts at `iat` or, without
 * `iat`, now.
 */
export function callerOf(payload: unknown, maxLifetimeMs: number): CallerUntil | undefined {
  const { success, data } = tokenClaims.safeParse(payload);
  if (!success) {
    return undefined;
  }
  const now = Date.now() / 1_000;
  const { sub: subject, roles, customer_id: customerId, exp, iat = now } = data;
  if (iat > now + CLOCK_TOLERANCE_SECONDS || (exp - iat) * 1_000 > maxLifetimeMs) {
    return undefined;
  }
  const known = ROLES.filter((role) => roles.includes(role));
  return {
    caller: { subject, roles: known, ...(customerId !== undefined && { customerId }) },
    untilMs: (exp + CLOCK_TOLERANCE_SECONDS) * 1_000,
  };
}
