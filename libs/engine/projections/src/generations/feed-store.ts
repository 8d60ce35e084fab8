import type { Checkpoint, Lease } from '@tidemark/messaging';
import type { PartitionFence } from '../partition-fence';
import type { Feed } from './feed';

/**
 * The feeds of one consumer group, each stored together with the partition's checkpoint. So one compare-and-set decides
 * whether an event that the checkpoint passes is in a generation. The owner's write fails when a generation joined
 * while the batch was folded without it. `join` fails when the checkpoint has passed what the generation contains.
 */
export interface FeedStore {
  /** Every partition that was ever leased. */
  all(): Promise<ReadonlyMap<number, Feed>>;

  /** The feeds of these partitions, without partitions that were never leased. */
  of(partitions: readonly number[]): Promise<ReadonlyMap<number, Feed>>;

  find(partition: number): Promise<Feed | undefined>;

  /** @throws LeaseLostError, also when the checkpoint is not `at` */
  held(lease: Lease, at?: Checkpoint): Promise<Feed>;

  /** Confirms the owner's lease while the feed is unchanged; throws FeedChanged once the feed has changed. */
  fenceFor(feed: Feed): PartitionFence;

  /**
   * For the partition's owner: changes which generations its checkpoint covers.
   *
   * @throws LeaseLostError, FeedChanged
   */
  change(lease: Lease, from: Feed, generations: readonly string[]): Promise<Feed>;

  /**
   * From now on, the checkpoint covers the generation, which contains everything up to `upTo`. False when the
   * checkpoint is beyond that already, or the partition's owner can't fold the generation. Needs no lease.
   */
  join(partition: number, generation: string, upTo: number): Promise<boolean>;

  /**
   * The checkpoint of the partition no longer covers the generation. False when the checkpoint has moved. Needs no
   * lease.
   */
  release(partition: number, generation: string, at: Checkpoint): Promise<boolean>;

  /** No checkpoint covers the generation any more. */
  remove(generation: string): Promise<void>;

  /**
   * Makes the partition's owner repeat its batch on the current documents. False if the checkpoint of the partition has
   * moved.
   */
  repeat(feed: Feed): Promise<boolean>;

  /**
   * Marks that the generation contains everything up to the checkpoint, whichever replica owns the partition. For
   * lines.
   */
  raise(partition: number, checkpoint: Checkpoint): Promise<void>;

  /** Forgets the group, leases and checkpoints. */
  clear(): Promise<void>;
}
