import type { EventEnvelope } from '@tidemark/kernel';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';

export interface ReadStreamOptions {
  /** Inclusive; 1 by default. */
  readonly fromVersion?: number;
  /** Inclusive; unlimited by default. */
  readonly toVersion?: number;
  /** `forward` by default. */
  readonly direction?: 'forward' | 'backward';
  /** Unlimited by default. */
  readonly limit?: number;
}

export interface ReadCorrelationOptions {
  /** Only what comes after this one of its events: nothing when the log has no such event. */
  readonly afterEventId?: string;
  /** Unlimited by default. */
  readonly limit?: number;
}

/** Where a stream ends. */
export interface StreamHead {
  readonly version: number;
  readonly partition: number;
  readonly position: number;
  readonly timestamp: Date;
}

/** What happened when, and by whom: an event without its data. */
export interface EventHeader extends Pick<
  EventEnvelope,
  'streamId' | 'version' | 'position' | 'type' | 'timestamp'
> {
  readonly actor: string;
}

/**
 * The partitioned log. What was appended is durable when `append` resolves, has its place in its stream and in its
 * partition, and is never changed. All reads of unbounded length come in pages.
 *
 * Every adapter passes the same suite, `event-store-contract.fixture.ts`.
 */
export abstract class EventStore {
  private readonly listeners = new Set<(partition: number) => void>();

  /**
   * Appends the events of one command to one stream: all or none. A command that the log knows already changes nothing
   * and gets its first result, whatever `expectedVersion` says.
   *
   * While another process has its turn on the stream, an append that expects a version is refused as a conflict. An
   * append that accepts any version waits for a turn of its own.
   *
   * @throws InvalidAppendError, EventTooLargeError, ContractViolationError, UnknownEventTypeError: nothing was sent
   * @throws VersionConflictError, CommandIdReusedError: nothing was written
   * @throws StoreUnavailableError: it is unknown whether it was written; the same command may be appended again
   */
  abstract append(request: AppendRequest): Promise<AppendResult>;

  /**
   * Appends the events of one command to several streams, each to its own: all or none. Throws what `append` throws.
   *
   * @returns one result per append, in their order
   */
  abstract appendMany(request: AppendManyRequest): Promise<readonly AppendResult[]>;

  /**
   * Runs `work` once all earlier turns on the stream are over, including those of other processes. Nothing else moves
   * the stream on until `work` has appended or has settled. So a writer that loads, decides and appends in its turn
   * does not lose to a faster one again and again.
   *
   * A turn is for fairness only. The append still checks the version, and conflicts when the turn was lost on the way.
   * `work` may read anything. It appends at most once, to this stream, and takes no other turn.
   *
   * @throws StoreUnavailableError when the database grants no turn; and what `work` throws
   */
  abstract inTurn<Result>(streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result>;

  /**
   * The first result of a command; of its first stream, when it wrote to several.
   *
   * @throws CommandIdReusedError when the command is known with another hash
   */
  abstract findCommand(commandId: string, commandHash: string): Promise<AppendResult | undefined>;

  /** The stream's events, lifted to their current schema versions. A stream that does not exist is empty. */
  abstract readStream(streamId: string, options?: ReadStreamOptions): AsyncGenerator<EventEnvelope>;

  /**
   * The events of streams of one partition, in order of their positions, without their data: an eighth of the reader's
   * work for `readStream`. For streams whose length is bounded, since all of it is returned at once.
   *
   * @param types only events of these types; all by default
   */
  abstract readHeaders(
    streamIds: readonly string[],
    types?: readonly string[],
  ): Promise<readonly EventHeader[]>;

  /** Stored events, not lifted: what the relay sends is what was written. */
  abstract readPartition(
    partition: number,
    fromPosition: number,
    limit: number,
  ): Promise<readonly EventEnvelope[]>;

  /** Everything that one correlation id led to, across streams, causes before effects; lifted. */
  abstract readCorrelation(
    correlationId: string,
    options?: ReadCorrelationOptions,
  ): AsyncGenerator<EventEnvelope>;

  /** `undefined` when the stream does not exist. */
  abstract streamHead(streamId: string): Promise<StreamHead | undefined>;

  /** The last position of every partition, 0 where nothing was written. */
  abstract heads(): Promise<ReadonlyMap<number, number>>;

  /**
   * As `heads`: everything that was committed before the call is at or before them. `undefined` when the log is read
   * from a replica of the database, which can't say how far it is behind.
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
   * Everything that is in the log when the reading begins: one partition after the other, each in order and without
   * holes; stored, not lifted. There is no order between partitions.
   */
  async *readAll(pageSize = 500): AsyncGenerator<EventEnvelope> {
    for (const [partition, head] of await this.heads()) {
      for (let position = 1; position <= head; position += pageSize) {
        yield* await this.readPartition(partition, position, Math.min(pageSize, head - position + 1));
      }
    }
  }

  /** Calls `listener` after every append of this process. Returns the way to unsubscribe. */
  onAppended(listener: (partition: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected notifyAppended(partition: number): void {
    this.listeners.forEach((listener) => listener(partition));
  }
}
