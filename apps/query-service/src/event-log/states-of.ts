import type { EventStore, Snapshot } from '@tidemark/event-store';
import { streamIdOf, type Aggregate, type DomainEvent, type EventEnvelope } from '@tidemark/kernel';

/** A stream's state right after one of its events. */
export interface StateAfter<State, Event extends DomainEvent> {
  readonly event: EventEnvelope<Event>;
  readonly state: State;
}

export interface StatesOptions {
  /** The last version to fold; all versions by default. */
  readonly toVersion?: number;
  /** The snapshot to start from, instead of the first event. */
  readonly from?: Snapshot;
}

/**
 * Every state that an aggregate has had, oldest first, folded by the same function that the write side uses. Yields
 * nothing for an aggregate without events, or for a snapshot of another log.
 *
 * @throws StoreUnavailableError
 */
export async function* statesOf<State, Event extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<State, Event>,
  aggregateId: string,
  { toVersion, from }: StatesOptions = {},
): AsyncGenerator<StateAfter<State, Event>> {
  let state = aggregate.initial;
  const streamId = streamIdOf(aggregate.streamType, aggregateId);
  // Starts with the snapshot's own event, which shows whether the snapshot belongs to this log.
  for await (const envelope of store.readStream(streamId, { toVersion, fromVersion: from?.version })) {
    const event = envelope as EventEnvelope<Event>;
    const isAnchor = event.version === from?.version;
    if (isAnchor && event.eventId !== from?.eventId) {
      return;
    }
    state = isAnchor
      ? (from?.state as State)
      : aggregate.evolve(state, { type: event.type, data: event.data } as Event);
    yield { event, state };
  }
}
