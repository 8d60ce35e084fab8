import type { EventEnvelope } from '@tidemark/kernel';
import type { OrderDetailsDocument, TimelineEntry } from '@tidemark/read-models';

export function timelineEntry(event: EventEnvelope, description: string): TimelineEntry {
  return {
    event: event.type,
    timestamp: new Date(event.timestamp),
    description,
    actor: event.metadata.actor,
  };
}

/** The timeline with one more entry, to be spread into the document. */
export function told(
  order: OrderDetailsDocument,
  event: EventEnvelope,
  description: string,
): Pick<OrderDetailsDocument, 'timeline'> {
  return { timeline: [...order.timeline, timelineEntry(event, description)] };
}
