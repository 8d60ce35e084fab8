import { TooManyRefoldsError } from './errors';

/** The bits of a number after its leading bit. */
const FRACTION_BITS = 52;

/**
 * The position of a document that is folded again up to `checkpoint`. It is after every event up to the checkpoint and
 * before the next event, and the document never had it before. With an old position, a former owner that loaded the
 * document earlier could still overwrite it.
 *
 * Each fold takes the smallest step that a number of this size can represent, so that there are about `2^52 /
 * checkpoint` of them. A fold reads `checkpoint` events, so 2^52 events must be read until no step is left. At a
 * million events a second, that takes more than 70 years, and the partition must get no event in all that time.
 * Positions of earlier versions, which took steps of 2^-10, are on the same grid.
 *
 * @throws TooManyRefoldsError when nevertheless no step is left
 */
export function refoldedAt(checkpoint: number, loadedAt: number | undefined): number {
  const position = Math.max(checkpoint, loadedAt ?? 0) + stepAt(checkpoint);
  if (position >= checkpoint + 1) {
    throw new TooManyRefoldsError(checkpoint);
  }
  return position;
}

/**
 * The distance between neighbouring numbers just below `checkpoint + 1`. Smaller numbers are at most that far apart.
 */
function stepAt(checkpoint: number): number {
  return 2 ** (Math.floor(Math.log2(checkpoint + 1)) - FRACTION_BITS);
}
