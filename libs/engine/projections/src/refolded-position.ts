import { TooManyRefoldsError } from './errors';

/** The bits of a number after its leading bit. */
const FRACTION_BITS = 52;

/**
 * The position of a document that is folded afresh up to `checkpoint`: behind every event up to there, before the
 * next, and never one that the document had before. Otherwise an owner that lost the partition while it held the
 * document as it was could still write over it.
 *
 * Each fold takes the smallest step that a number of this size can represent, so that there are about `2^52 /
 * checkpoint` of them. A fold reads `checkpoint` events, which makes 2^52 events to read until no step is left: at a
 * million events a second these take over 70 years, in which the partition gets no event. Positions of earlier
 * versions, which took steps of 2^-10, are on the same grid.
 *
 * @throws TooManyRefoldsError when no step is left all the same
 */
export function refoldedAt(checkpoint: number, loadedAt: number | undefined): number {
  const position = Math.max(checkpoint, loadedAt ?? 0) + stepAt(checkpoint);
  if (position >= checkpoint + 1) {
    throw new TooManyRefoldsError(checkpoint);
  }
  return position;
}

/** The distance between neighbouring numbers just below `checkpoint + 1`; below that they lie no further apart. */
function stepAt(checkpoint: number): number {
  return 2 ** (Math.floor(Math.log2(checkpoint + 1)) - FRACTION_BITS);
}
