import type { DomainEvent } from '@tidemark/kernel';

/** The command behind an append: its identity, and the fields that every event stores. */
export interface CommandContext {
  /** UUID; the append is idempotent by it, without a time window. */
  readonly commandId: string;
  /** SHA-256, hex, of the caller's request. A repeat with another hash is refused. */
  readonly commandHash: string;
  readonly correlationId: string;
  readonly actor: string;
  readonly causingEventId?: string;
  readonly traceparent?: string;
  readonly clientAddressHash?: string;
  readonly userAgent?: string;
  /**
   * What the application adds to the metadata of each event of the command: a JSON object of at most 8 KiB. It is not
   * part of the command's identity, so a repeat with other values gets the first result.
   */
  readonly custom?: Readonly<Record<string, unknown>>;
}

/**
 * `none`: the stream must not exist. `any`: the stream may be at any version. A number: exactly this version; 0 means
 * that the stream must not exist.
 */
export type ExpectedVersion = number | 'none' | 'any';

export interface AppendRequest {
  readonly streamType: string;
  readonly aggregateId: string;
  /** The key that decides the partition of a new stream. A stream that exists stays in its partition. */
  readonly partitionKey: string;
  /**
   * The stream's partition, if the caller has read the stream. With it, the append can share a batch with others of its
   * partition. A wrong value does no harm: the stream stays in its partition.
   */
  readonly partition?: number;
  readonly expectedVersion: ExpectedVersion;
  readonly events: readonly [DomainEvent, ...DomainEvent[]];
  readonly command: CommandContext;
}

/** The positions of one command's events in the log. */
export interface AppendResult {
  readonly streamId: string;
  /** The stream's version after the last of these events. */
  readonly version: number;
  readonly partition: number;
  /** The position of the last of these events. */
  readonly position: number;
  readonly eventTypes: readonly string[];
  /** The command was already appended; this is its first result. */
  readonly repeated: boolean;
}

/** Appends to the stream of the turn, and ends the turn. Throws the same errors as `EventStore.append`. */
export type AppendInTurn = (request: AppendRequest) => Promise<AppendResult>;

/** The events of one command in several streams, in one transaction. */
export interface AppendManyRequest {
  readonly command: CommandContext;
  /** The appends, each to a stream of its own. */
  readonly appends: readonly Omit<AppendRequest, 'command'>[];
}
