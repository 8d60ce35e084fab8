import type { EventEnvelope } from '@tidemark/kernel';
import type { ProcessInput } from './process-definition';
import type { HistoryEntry } from './process-instance';

export function eventInput(event: EventEnvelope): ProcessInput {
  return { kind: 'event', name: event.type, at: event.timestamp, event };
}

/** The description of an input in the history. */
export function historyEntryOf(input: ProcessInput, action: string): HistoryEntry {
  return {
    at: input.at,
    event: input.name,
    action,
    ...(input.kind === 'event' && { eventId: input.event.eventId }),
    ...(input.kind === 'person' && {
      actor: input.actor,
      ...(input.reason !== undefined && { reason: input.reason }),
    }),
  };
}
