import type { Checkpoint } from '@tidemark/messaging';
import { abilityFor } from './generation';

/**
 * The source of a partition's events for generations: a consumer group with one checkpoint for all of them. A line is
 * such a group for a single generation.
 */
export interface Feed {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** All of these contain every event up to the checkpoint. */
  readonly generations: readonly string[];
  /** The projections that the owner can fold, or the last owner if there is none now: `<projection>_v<version>`. */
  readonly folds: readonly string[];
  /** It changes when another lease begins, a generation comes or goes, or a document is healed. */
  readonly revision: number;
}

/** The feed has changed, although the lease and the checkpoint have not. Repeat the batch for the current feed. */
export class FeedChanged extends Error {}

/** Whether the partition's next event reaches the generation. An owner drops a generation that it can't fold. */
export function reaches({ generations, folds }: Feed, generation: string): boolean {
  return generations.includes(generation) && folds.includes(abilityFor(generation));
}
