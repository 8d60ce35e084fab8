import type { GroupStore } from '@tidemark/messaging';
import type { GenerationDocuments } from '../document-store';
import type { FeedStore } from './feed-store';
import type { GenerationStates } from './generation-states';
import type { RebuildStore } from './rebuild-store';
import type { ParkedStreams } from '../parked-streams';

/**
 * One database with the read models and everything that must be lost or restored together with them: checkpoints,
 * leases, parked streams, and the records of generations. `mongoProjectionStore` and `postgresProjectionStore` are its
 * adapters.
 *
 * All methods of all parts throw DocumentStoreUnavailableError when the server can't be reached.
 */
export interface ProjectionStore {
  readonly documents: GenerationDocuments;
  readonly states: GenerationStates;
  readonly rebuilds: RebuildStore;

  /**
   * The leases, members and checkpoints of a consumer group.
   *
   * @param folds the versions that this owner can fold; its partitions get no generation of another version
   */
  group(name: string, folds?: readonly string[]): GroupStore;

  parked(group: string): ParkedStreams;

  /** The feeds of a consumer group. */
  feeds(group: string): FeedStore;

  /** The identity of the log from which the read models were folded; `undefined` before it was recorded. */
  recordedLog(): Promise<string | undefined>;

  /** Records the identity of the log, unless one is recorded. */
  recordLog(identity: string): Promise<void>;

  /** The server's time, for times that one replica stores and another compares. */
  now(): Promise<Date>;

  /**
   * Creates what all read models share and no migration creates. Idempotent, and safe from several processes at once.
   */
  prepare(): Promise<void>;
}
