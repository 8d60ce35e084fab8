import type { EventStore } from '@tidemark/event-store';
import { streamIdOf, type Aggregate, type DomainEvent, type EventEnvelope } from '@tidemark/kernel';

/** A stream's state right after one of its events. */
export interface StateAfter<State, Event extends DomainEvent> {
  readonly event: EventEnvelope<Event>;
  readonly state: State;
}

/**
 * Every state that an aggregate has had, oldest first: its events folded one by one by the same function that the write
 * side decides on. Nothing for an aggregate without events.
 *
 * @throws StoreUnavailableError
 */
export async function* statesOf<State, Event extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<State, Event>,
  aggregateId: string,
  { toVersion }: { readonly toVersion?: number } = {},
): AsyncGenerator<StateAfter<State, Event>> {
  let state = aggregate.initial;
  const streamId = streamIdOf(aggregate.streamType, aggregateId);
  for await (const envelope of store.readStream(streamId, { toVersion })) {
    const event = envelope as EventEnvelope<Event>;
    state = aggregate.evolve(state, { type: event.type, data: event.data } as Event);
    yield { event, state };
  }
}
