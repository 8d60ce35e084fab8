import { TooManyRefoldsError } from './errors';

/** A power of two, so that adding it up is exact for positions up to 2^42. */
const STEP = 2 ** -10;

/**
 * The position of a document that is folded afresh up to `checkpoint`: behind every event up to there, before the next, and
 * never one that the document had before. Otherwise an owner that lost the partition while it held the document as it was
 * could still write over it.
 *
 * @throws TooManyRefoldsError after 1,023 times at the same checkpoint
 */
export function refoldedAt(checkpoint: number, loadedAt: number | undefined): number {
  const position = Math.max(checkpoint, loadedAt ?? 0) + STEP;
  if (position >= checkpoint + 1) {
    throw new TooManyRefoldsError(checkpoint);
  }
  return position;
}
