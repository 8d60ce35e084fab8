import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { ParkedStatus, ParkedStream } from './parked-stream';

export interface ParkedPageQuery {
  /** The status of the streams to list; all except `RESOLVED` by default. */
  readonly status?: ParkedStatus;
  readonly limit: number;
  /** The last stream of the previous page. */
  readonly after?: Pick<ParkedStream, 'parkedAt' | 'id'>;
}

/**
 * The parked streams of one group, in the database that the group writes. Methods that take a lease are for the
 * partition's owner, and are refused to any other replica. Every replica may call the other methods.
 *
 * All methods throw the adapter's own fault when the database can't be reached.
 */
export interface ParkedStore {
  /**
   * Loads the records that matter for a partition, in order of its events: unresolved streams, and streams with
   * discarded events. After that, no earlier lease can change them.
   *
   * @throws LeaseLostError when the lease was superseded
   */
  load(lease: Lease): Promise<readonly ParkedStream[]>;

  /**
   * Records a stream, moves the checkpoint past its event, from `from` to `to`, and returns the record. If the stream
   * has a resolved record, `parkedAgain` makes the new record from it. A crash in between leaves only the record.
   * Parking the same stream again then does not change the record. Marks of the event are removed, so that a retry
   * counts from zero.
   *
   * @throws LeaseLostError when the checkpoint is not at `from` or the lease was superseded: the stream is not parked.
   */
  park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream>;

  /**
   * Replaces `from` by `to`, as a compare-and-set on the revision. When `to` is parked, marks of its event are removed.
   *
   * @throws LeaseLostError when the record has changed or the lease was superseded.
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

  /**
   * Replaces `from` by `to` and returns true; returns false if the record was changed in between. It needs no lease,
   * because it is for requests.
   */
  request(from: ParkedStream, to: ParkedStream): Promise<boolean>;

  find(id: string): Promise<ParkedStream | undefined>;

  /** Lists streams in the order in which they were parked. */
  page(query: ParkedPageQuery): Promise<readonly ParkedStream[]>;

  /**
   * The number of unresolved streams of each partition, and the number of these that wait for the partition's owner.
   */
  counts(): Promise<ReadonlyMap<number, ParkedCounts>>;
}

export interface ParkedCounts {
  readonly parked: number;
  readonly requested: number;
}
