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
  /** Total over the aggregate's events, and free of refusals: what happened, happened. */
  evolve(state: State, event: Event): State;
  /**
   * Decides the partition of a new stream, by its first event. Events that share a key share a partition, and so an
   * order. Every event of a stream must give the same key.
   */
  partitionKeyOf(event: Event): Key;
  readonly contracts: readonly EventContract[];
  /** Raised whenever the same events would give another state, so that snapshots of the old one are ignored. */
  readonly stateVersion: number;
}
