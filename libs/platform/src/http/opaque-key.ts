/**
 * The alphabet of ids that clients choose: correlation ids and idempotency keys. It has no character that needs
 * escaping.
 */
export function isOpaqueKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(value);
}
