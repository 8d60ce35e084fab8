export const roles = ['customer', 'operator', 'service', 'admin'] as const;

export type Role = (typeof roles)[number];

export interface TokenClaims {
  readonly role: Role;
  /** The customer that a `customer` token belongs to. */
  readonly customer?: string;
  /** Default 12 hours. */
  readonly lifetimeSeconds?: number;
  /** By default `local-<role>`, followed by `-<customer>` for a customer. */
  readonly subject?: string;
}

const twelveHoursInSeconds = 12 * 60 * 60;

/**
 * A bearer token for a local installation, signed with HS256. Its subject, `local-<role>[-<customer>]`, is stable. So
 * an idempotency key identifies the same command under an old and a new token.
 *
 * @param key the installation's `AUTH_LOCAL_KEY`: at least 32 bytes, in base64url
 */
export async function issueToken(
  key: string,
  {
    role,
    customer,
    subject = customer === undefined ? `local-${role}` : `local-${role}-${customer}`,
    lifetimeSeconds = twelveHoursInSeconds,
  }: TokenClaims,
): Promise<string> {
  const { SignJWT } = await import('jose');
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles: [role], ...(customer !== undefined && { customer_id: customer }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer('tidemark-local')
    .setAudience('tidemark')
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(Buffer.from(key, 'base64url'));
}
