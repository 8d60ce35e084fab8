/** The alphabet of ids that clients make up: correlation ids and idempotency keys. It has no character to escape. */
export function isOpaqueKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(value);
}
