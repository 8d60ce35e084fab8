import type { EventEnvelope } from '@tidemark/kernel';
import { maxTimelineEntries, type OrderDetailsDocument, type TimelineEntry } from '@tidemark/read-models';

type Timeline = Pick<OrderDetailsDocument, 'timeline' | 'timelineTotal'>;

const nothingTold: Timeline = { timeline: [], timelineTotal: 0 };

/** The timeline with one more entry, without the oldest entries beyond the bound. Spread it into the document. */
export function told(order: Timeline | undefined, event: EventEnvelope, description: string): Timeline {
  const { timeline, timelineTotal } = order ?? nothingTold;
  return {
    timeline: [...timeline, timelineEntry(event, description)].slice(-maxTimelineEntries),
    timelineTotal: timelineTotal + 1,
  };
}

function timelineEntry(event: EventEnvelope, description: string): TimelineEntry {
  return {
    event: event.type,
    timestamp: new Date(event.timestamp),
    description,
    actor: event.metadata.actor,
  };
}
