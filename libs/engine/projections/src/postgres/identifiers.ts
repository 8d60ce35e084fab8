import { createHash } from 'node:crypto';
import { escapeIdentifier } from 'pg';

const MOST_BYTES = 63;
const HASH_LENGTH = 8;

/** A name of the schema, quoted. */
export function identifier(name: string): string {
  return escapeIdentifier(shortened(name));
}

/**
 * Postgres silently truncates names of more than 63 bytes, including names of prepared statements. Here, the end of a
 * longer name becomes a hash of it.
 */
export function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${Buffer.from(name)
    .subarray(0, MOST_BYTES - HASH_LENGTH - 1)
    .toString()}_${hash}`;
}
