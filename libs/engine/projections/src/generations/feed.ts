import type { Checkpoint } from '@tidemark/messaging';
import { abilityFor } from './generation';

/**
 * What brings a partition's events into generations: a consumer group, with one checkpoint that speaks for all of them.
 * A line is such a group, of one generation.
 */
export interface Feed {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** All of these contain every event up to the checkpoint. */
  readonly generations: readonly string[];
  /** What the owner can fold, or the one before when there is none: `<projection>_v<version>`. */
  readonly folds: readonly string[];
  /** Another one means that another lease began, a generation came or went, or a document was healed. */
  readonly revision: number;
}

/** The lease and the checkpoint are as they were, but the feed is not: do the batch again for the feed as it is now. */
export class FeedChanged extends Error {}

/** Whether the partition's next event gets into the generation. An owner lets go of a generation that it can't fold. */
export function reaches({ generations, folds }: Feed, generation: string): boolean {
  return generations.includes(generation) && folds.includes(abilityFor(generation));
}
