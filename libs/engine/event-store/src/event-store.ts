import type { EventEnvelope, PartitionScan, PartitionScanOptions } from '@tidemark/kernel';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';

export interface ReadStreamOptions {
  /** The first version to read; 1 by default. */
  readonly fromVersion?: number;
  /** The last version to read; unlimited by default. */
  readonly toVersion?: number;
  /** The direction of reading; `forward` by default. */
  readonly direction?: 'forward' | 'backward';
  /** The maximum number of events to read; unlimited by default. */
  readonly limit?: number;
}

export interface ReadCorrelationOptions {
  /** Reads only the events after this one. If the log does not have this event, reads none. */
  readonly afterEventId?: string;
  /** The maximum number of events to read; unlimited by default. */
  readonly limit?: number;
}

/** The facts of a stream, without its events. */
export interface StreamHead {
  readonly streamType: string;
  /** The version of its last event, which is also the number of its events. */
  readonly version: number;
  readonly partition: number;
  /** The position of its last event. */
  readonly position: number;
  /** The timestamp of its first event. */
  readonly firstAt: Date;
  /** The timestamp of its last event. It is before `firstAt` if the database's clock has stepped back. */
  readonly lastAt: Date;
}

export function unknownPartition(partition: number): RangeError {
  return new RangeError(`the log has no partition ${partition}`);
}

/** An event without its data. */
export interface EventHeader extends Pick<
  EventEnvelope,
  'streamId' | 'version' | 'position' | 'type' | 'timestamp'
> {
  readonly actor: string;
}

/**
 * The partitioned log. When `append` resolves, the events are durable and have their places in their stream and
 * partition. They never change. All reads of unbounded length come in pages.
 *
 * Every adapter passes the same suite, `describeEventStore` of `@tidemark/event-store/contract-suite`.
 */
export abstract class EventStore {
  private readonly listeners = new Set<(partition: number) => void>();

  /**
   * Appends the events of one command to one stream: all or none. A command that the log already knows changes nothing
   * and gets its first result, whatever `expectedVersion` is.
   *
   * While another process has a turn on the stream, an append that expects a version is refused as a conflict. An
   * append that accepts any version waits for its own turn.
   *
   * @throws InvalidAppendError, EventTooLargeError, ContractViolationError, UnknownEventTypeError: nothing was sent
   * @throws VersionConflictError, CommandIdReusedError: nothing was written
   * @throws StoreUnavailableError: it is unknown whether it was written; the same command may be appended again
   */
  abstract append(request: AppendRequest): Promise<AppendResult>;

  /**
   * Appends the events of one command to several different streams: all or none. Throws the same errors as `append`.
   *
   * @returns one result per append, in their order
   */
  abstract appendMany(request: AppendManyRequest): Promise<readonly AppendResult[]>;

  /**
   * Runs `work` once all earlier turns on the stream are over, including those of other processes. No other writer
   * appends to the stream until `work` has appended or settled. So a writer that loads, decides and appends in its turn
   * does not lose to a faster one again and again.
   *
   * A turn is only for fairness. The append still checks the version, and conflicts if the turn was lost. `work` may
   * read anything. It appends at most once, to this stream, and takes no other turn.
   *
   * @throws StoreUnavailableError if the database grants no turn; also throws the errors of `work`
   */
  abstract inTurn<Result>(streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result>;

  /**
   * The first result of a command. If the command wrote to several streams, the result of the first stream.
   *
   * @throws CommandIdReusedError when the command is known with another hash
   */
  abstract findCommand(commandId: string, commandHash: string): Promise<AppendResult | undefined>;

  /** The stream's events, lifted to their current schema versions. A stream that does not exist is empty. */
  abstract readStream(streamId: string, options?: ReadStreamOptions): AsyncGenerator<EventEnvelope>;

  /**
   * The events of streams of one partition, in order of their positions, without their data. It costs the reader an
   * eighth of the work of `readStream`. Use it for streams of bounded length, since it returns all of their events at
   * once.
   *
   * @param types only events of these types; all by default
   */
  abstract readHeaders(
    streamIds: readonly string[],
    types?: readonly string[],
  ): Promise<readonly EventHeader[]>;

  /** The partition's events as stored and not lifted, because the relay publishes exactly what was written. */
  abstract readPartition(
    partition: number,
    fromPosition: number,
    limit: number,
  ): Promise<readonly EventEnvelope[]>;

  /**
   * The events of one partition after a position that pass a filter. The answer says how far the log was read, because
   * the events that do not pass are not read into this process. The events are as they were written, not lifted.
   *
   * @throws RangeError for a partition that does not exist
   */
  abstract scanPartition(
    partition: number,
    afterPosition: number,
    options: PartitionScanOptions,
  ): Promise<PartitionScan>;

  /** All events of one correlation id, across streams, causes before effects; lifted. */
  abstract readCorrelation(
    correlationId: string,
    options?: ReadCorrelationOptions,
  ): AsyncGenerator<EventEnvelope>;

  /** `undefined` when the stream does not exist. */
  abstract streamHead(streamId: string): Promise<StreamHead | undefined>;

  /** The last position of every partition, 0 where nothing was written. */
  abstract heads(): Promise<ReadonlyMap<number, number>>;

  /**
   * Like `heads`, but certain: every event that was committed before the call is at or before these positions.
   * `undefined` if the log is read from a database replica, which can't know how far it is behind.
   */
  abstract committedHeads(): Promise<ReadonlyMap<number, number> | undefined>;

  /** 0 when the stream does not exist. */
  async getStreamVersion(streamId: string): Promise<number> {
    return (await this.streamHead(streamId))?.version ?? 0;
  }

  async streamExists(streamId: string): Promise<boolean> {
    return (await this.streamHead(streamId)) !== undefined;
  }

  /**
   * All events that are in the log at the start of the read, as stored and not lifted. One partition follows another,
   * each in order and without gaps. There is no order between partitions.
   */
  async *readAll(pageSize = 500): AsyncGenerator<EventEnvelope> {
    for (const [partition, head] of await this.heads()) {
      for (let position = 1; position <= head; position += pageSize) {
        yield* await this.readPartition(partition, position, Math.min(pageSize, head - position + 1));
      }
    }
  }

  /** Calls `listener` after every append of this process. Returns a function that unsubscribes. */
  onAppended(listener: (partition: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected notifyAppended(partition: number): void {
    this.listeners.forEach((listener) => listener(partition));
  }
}
