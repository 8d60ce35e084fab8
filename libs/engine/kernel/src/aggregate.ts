import type { DomainEvent } from './envelope';
import type { EventContract } from './event-contract';

/**
 * One kind of aggregate, as plain data and functions. Its decisions are functions of their own,
 * `(command, state) => Decision`, beside it.
 */
export interface Aggregate<
  State = unknown,
  Event extends DomainEvent = DomainEvent,
  Key extends string = string,
> {
  readonly streamType: string;
  /** The state before the first event. */
  readonly initial: State;
  /** Handles every event of the aggregate and never refuses one, because events have already happened. */
  evolve(state: State, event: Event): State;
  /**
   * Gives the key that decides the partition of a new stream, from the stream's first event. Events that share a key
   * share a partition, so they are delivered in order. Every event of a stream must give the same key.
   */
  partitionKeyOf(event: Event): Key;
  readonly contracts: readonly EventContract[];
  /** Raise it whenever the same events give another state, so that snapshots of the old state are ignored. */
  readonly stateVersion: number;
}
