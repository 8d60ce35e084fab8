import type { EventEnvelope } from './envelope';

/** Which events of the log to read. An event passes if it passes each part that is given. */
export interface EventFilter {
  readonly streamTypes?: readonly string[];
  readonly eventTypes?: readonly string[];
}

/** A scan of a partition from a position on. */
export interface PartitionScan {
  /** The event at the position after which the scan began. Absent at position 0, and where the log has no event. */
  readonly anchorId?: string;
  /** The events that pass the filter, in order, as they were written. */
  readonly events: readonly EventEnvelope[];
  /**
   * How far the scan came: no other event up to here passes. The event at this position need not pass; `eventId` names
   * it, and is absent at position 0.
   */
  readonly to: { readonly position: number; readonly eventId?: string };
  /** The last position of the partition. */
  readonly head: number;
}

export interface PartitionScanOptions {
  /** The maximum number of events to return. */
  readonly limit: number;
  /** The maximum number of positions to look at, so that a scan for rare events stays short. */
  readonly span: number;
  readonly filter?: EventFilter | undefined;
}
