import type { Db } from 'mongodb';

/**
 * Filters that compare `touchedAt` (set by `$currentDate`) and `ttlMs` with the server's clock, so that replicas need
 * not agree on the time. If `touchedAt` is more than `ttlMs` in the future, it was written before that clock stepped
 * back, and counts as expired. Without this rule, a claim that is not renewed would last until the clock has caught up.
 */
const expiresAt = { $add: ['$touchedAt', '$ttlMs'] };

const hasRunOut = { $lte: [expiresAt, '$$NOW'] };

const isOfTheFuture = { $gt: ['$touchedAt', { $add: ['$$NOW', '$ttlMs'] }] };

export const expired = { $expr: { $or: [hasRunOut, isOfTheFuture] } };

export const unexpired = { $expr: { $not: [{ $or: [hasRunOut, isOfTheFuture] }] } };

/** The filter for renewals: an owner that renews is alive, whatever the clock did. */
export const renewable = { $expr: { $not: [hasRunOut] } };

/** The server's time, for times that one replica stores and another compares. */
export async function serverTime(db: Db): Promise<Date> {
  // `hello` is the newer name of this command, which not every server in use knows.
  const { localTime } = await db.command({ isMaster: 1 });
  return localTime as Date;
}
