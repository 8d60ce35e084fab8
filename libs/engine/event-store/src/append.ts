import type { DomainEvent } from '@tidemark/kernel';

/** The command behind an append: its identity, and what every event keeps of it. */
export interface CommandContext {
  /** UUID; the append is idempotent by it, without a time window. */
  readonly commandId: string;
  /** SHA-256, hex, of what the caller asked for: a repeat with another hash is refused. */
  readonly commandHash: string;
  readonly correlationId: string;
  readonly actor: string;
  readonly causingEventId?: string;
  readonly traceparent?: string;
  readonly clientAddressHash?: string;
  readonly userAgent?: string;
}

/**
 * `none`: the stream must not exist. `any`: after whatever is there. A number: exactly this version, 0 meaning none.
 */
export type ExpectedVersion = number | 'none' | 'any';

export interface AppendRequest {
  readonly streamType: string;
  readonly aggregateId: string;
  /** Decides the partition of a new stream. A stream that exists stays in its own partition. */
  readonly partitionKey: string;
  /**
   * The stream's partition, when the caller has read the stream. With it, the append can go with others of its
   * partition. A wrong value does no harm: the stream stays in its own partition.
   */
  readonly partition?: number;
  readonly expectedVersion: ExpectedVersion;
  readonly events: readonly [DomainEvent, ...DomainEvent[]];
  readonly command: CommandContext;
}

/** Where the events of one command lie in the log. */
export interface AppendResult {
  readonly streamId: string;
  /** The stream's version after the last of them. */
  readonly version: number;
  readonly partition: number;
  /** The position of the last of them. */
  readonly position: number;
  readonly eventTypes: readonly string[];
  /** The command had been appended before; this is the result that it had then. */
  readonly repeated: boolean;
}

/** Appends to the stream of the turn, and ends the turn. Throws what `EventStore.append` throws. */
export type AppendInTurn = (request: AppendRequest) => Promise<AppendResult>;

/** The events of one command in several streams, in one transaction. */
export interface AppendManyRequest {
  readonly command: CommandContext;
  /** Each to a stream of its own. */
  readonly appends: readonly Omit<AppendRequest, 'command'>[];
}
