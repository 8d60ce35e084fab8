import { MAX_TTL_MS } from './group-store';

export function expiry(ttlMs: string): string {
  return `clock_timestamp() + ${ttlMs} * interval '1 millisecond'`;
}

/** An SQL condition: the lease or membership has not run out, and was not made before the clock stepped back. */
export function lasting(expiresAt: string): string {
  return `${expiresAt} > clock_timestamp() AND ${expiresAt} <= ${expiry(String(MAX_TTL_MS))}`;
}
