import { createHash } from 'node:crypto';
import type { WantedIds } from '../refold';

/** Selects the ids of one of `buckets` parts of about the same size. */
export function inBucket(bucket: number, buckets: number): WantedIds {
  return {
    has: (id) => buckets === 1 || createHash('md5').update(id).digest().readUInt32BE() % buckets === bucket,
  };
}
