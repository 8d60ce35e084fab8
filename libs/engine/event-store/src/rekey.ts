import { PROCESS_ACTOR_PREFIX, type DomainEvent, type EventEnvelope } from '@tidemark/kernel';
import { hash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { AppendRequest, CommandContext } from './append';
import type { EventStore } from './event-store';

/** What an event becomes under another partition key. */
export type RekeyedAppend = Pick<AppendRequest, 'streamType' | 'aggregateId' | 'partitionKey' | 'events'>;

export interface RekeyOptions<Event extends DomainEvent> {
  readonly store: EventStore;
  /** Letters, digits and hyphens. It is part of the ids of all commands, so never change it. */
  readonly name: string;
  /**
   * By event type, the appends that an event becomes: each to a stream of its own. The list may be empty. Other types
   * are ignored.
   */
  readonly on: {
    readonly [Type in Event['type']]?: (
      event: EventEnvelope<Extract<Event, { type: Type }>>,
    ) => readonly RekeyedAppend[];
  };
}

/**
 * Gives events another partition key, so that a document can be fed by events of several partitions: the returned
 * function appends what an event becomes. A projection that is keyed by the new key then folds them.
 *
 * Call it for each event of the partitions, in their order, from a subscription or a consumer group. It may be called
 * again for the same event: all its appends are one command, whose id follows from the event. So it takes effect once,
 * and completely. The order of events of two partitions is that in which they were appended; it is recorded in the log,
 * so every rebuild gives the same documents.
 *
 * The events keep their correlation id, and name the event that caused them.
 */
export function rekey<Event extends DomainEvent>({
  store,
  name,
  on,
}: RekeyOptions<Event>): (event: EventEnvelope) => Promise<void> {
  const reactions = new Map(
    Object.entries(on) as [string, (event: EventEnvelope) => readonly RekeyedAppend[]][],
  );
  return async (event) => {
    const appends = reactions.get(event.type)?.(event) ?? [];
    if (appends.length > 0) {
      await store.appendMany({
        command: commandOf(name, event),
        appends: appends.map((append) => ({ ...append, expectedVersion: 'any' })),
      });
    }
  };
}

/**
 * The hash covers what the command answers, and not what it writes. So an event that comes again after a change of the
 * code gets its first result.
 */
function commandOf(name: string, event: EventEnvelope): CommandContext {
  const { traceparent } = event.metadata;
  return {
    commandId: uuidv5(`rekey/${name}`, event.eventId),
    commandHash: hash('sha256', `rekey/${name}/${event.eventId}`),
    correlationId: event.correlationId,
    actor: `${PROCESS_ACTOR_PREFIX}rekey-${name}`,
    causingEventId: event.eventId,
    ...(traceparent !== undefined && { traceparent }),
  };
}
