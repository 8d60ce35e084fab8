/** An event as an aggregate decides it: a published name and its payload. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** The actor that caused an event, and how the command arrived. */
export interface EventMetadata {
  /** The token's subject, or `process:<name>` for a command that a process sent. */
  readonly actor: string;
  /** The event to which a process reacted. Its reaction was the command that caused this event. */
  readonly causingEventId?: string;
  /** W3C trace context of the command. */
  readonly traceparent?: string;
  /** A keyed hash of the client's address: equal for equal addresses. Absent where no client sent the command. */
  readonly clientAddressHash?: string;
  /** The client's `User-Agent`, cut at 256 characters. */
  readonly userAgent?: string;
  /** What the application adds: JSON, at most 8 KiB. */
  readonly custom?: Readonly<Record<string, unknown>>;
}

/**
 * An event as the log holds it and as the broker carries it. It has two addresses: `(streamId, version)`, its place
 * in its aggregate, and `(partition, position)`, its place in the delivery order. Both start at 1 and have no holes.
 */
export interface EventEnvelope<Event extends DomainEvent = DomainEvent> {
  readonly eventId: string;
  /** `<streamType>-<aggregate id>` */
  readonly streamId: string;
  readonly streamType: string;
  readonly version: number;
  readonly partition: number;
  readonly position: number;
  readonly type: Event['type'];
  readonly schemaVersion: number;
  readonly data: Event['data'];
  /** RFC 3339, UTC, by the database's clock. */
  readonly timestamp: string;
  readonly correlationId: string;
  /** The id of the command that the event answers. */
  readonly causationId: string;
  readonly metadata: EventMetadata;
}
