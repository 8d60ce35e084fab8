import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { ParkedStatus, ParkedStream } from './parked-stream';

export interface ParkedPageQuery {
  /** All but `RESOLVED` by default. */
  readonly status?: ParkedStatus;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<ParkedStream, 'parkedAt' | 'id'>;
}

/**
 * The parked streams of one group, in the database that the group writes. Methods that take a lease are for the
 * partition's owner, and are refused to any other replica. Every replica may call the others.
 *
 * All methods throw the adapter's own fault when the database can't be reached.
 */
export interface ParkedStore {
  /**
   * What matters for a partition, in order of its events: streams that are not resolved, and those with discarded
   * events. From here on no earlier lease can change them.
   *
   * @throws LeaseLostError when the lease was superseded
   */
  load(lease: Lease): Promise<readonly ParkedStream[]>;

  /**
   * Records a stream, moves the checkpoint over its event, from `from` to `to`, and returns the record. A resolved
   * record becomes what `parkedAgain` says. A crash in between leaves only the record; parking the same stream again
   * then does not change it. Marks of the event are removed, so that a retry counts from zero.
   *
   * @throws LeaseLostError when the checkpoint is not at `from` or the lease was superseded: the stream is not parked.
   */
  park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream>;

  /**
   * Puts `to` in the place of `from`, as a compare-and-set on its revision. When `to` is parked, marks of its event are
   * removed.
   *
   * @throws LeaseLostError when the record is another one or the lease was superseded.
   */
  replace(lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void>;

  /**
   * Durably marks that the lease's owner begins to work on `position`; replaces its earlier mark in the partition.
   * Returns how many marks of other owners stand for the same position. Marks of earlier positions are removed.
   *
   * @throws LeaseLostError when the lease was superseded.
   */
  mark(lease: Lease, position: number): Promise<number>;

  /**
   * Takes back the owner's mark of this lease or an earlier one: the attempt is over, and the process has not ended.
   * The lease need not be current. Does nothing when no such mark stands.
   */
  unmark(lease: Lease): Promise<void>;

  /** The last position of the partition for which a mark stands; 0 when none does. */
  lastMarked(partition: number): Promise<number>;

  /** Puts `to` in the place of `from`, unless it was changed in between: then false. Without a lease: for requests. */
  request(from: ParkedStream, to: ParkedStream): Promise<boolean>;

  find(id: string): Promise<ParkedStream | undefined>;

  /** In the order in which they were parked. */
  page(query: ParkedPageQuery): Promise<readonly ParkedStream[]>;

  /** How many streams are not resolved, by partition, and how many of these wait for the partition's owner. */
  counts(): Promise<ReadonlyMap<number, ParkedCounts>>;
}

export interface ParkedCounts {
  readonly parked: number;
  readonly requested: number;
}
