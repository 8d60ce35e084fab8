/**
 * Filters that compare `touchedAt` (set by `$currentDate`) and `ttlMs` with the server's clock, so that replicas need not
 * agree on the time.
 */
const expiresAt = { $add: ['$touchedAt', '$ttlMs'] };

export const expired = { $expr: { $lte: [expiresAt, '$$NOW'] } };

export const unexpired = { $expr: { $gt: [expiresAt, '$$NOW'] } };
