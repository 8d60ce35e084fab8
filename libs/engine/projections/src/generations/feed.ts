import type { Checkpoint } from '@tidemark/messaging';
import { abilityFor } from './generation';

/**
 * The source of a partition's events for generations: a consumer group, whose one checkpoint holds for all of them. A
 * line is such a group for a single generation.
 */
export interface Feed {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** All of these contain every event up to the checkpoint. */
  readonly generations: readonly string[];
  /** What the owner can fold, or the last owner if there is none now: `<projection>_v<version>`. */
  readonly folds: readonly string[];
  /** It changes when another lease begins, a generation comes or goes, or a document is healed. */
  readonly revision: number;
}

/** The lease and the checkpoint have not changed, but the feed has: repeat the batch for the current feed. */
export class FeedChanged extends Error {}

/** Whether the partition's next event reaches the generation. An owner drops a generation that it can't fold. */
export function reaches({ generations, folds }: Feed, generation: string): boolean {
  return generations.includes(generation) && folds.includes(abilityFor(generation));
}
