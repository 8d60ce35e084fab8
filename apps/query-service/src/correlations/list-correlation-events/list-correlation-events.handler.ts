import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { firstOf } from '../../event-log/first-of';
import { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from '../../paging/cursor';
import { invalidCursor } from '../../paging/invalid-cursor';
import { pageOf, type Page } from '../../paging/page';
import { ListCorrelationEventsQuery } from './list-correlation-events.query';

@QueryHandler(ListCorrelationEventsQuery)
export class ListCorrelationEventsHandler implements IQueryHandler<ListCorrelationEventsQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ correlationId, page }: ListCorrelationEventsQuery): Promise<Page<EventEnvelope>> {
    const scope = { list: 'correlation', correlationId };
    const after = page.cursor === undefined ? undefined : positionOf(scope, page.cursor);
    const events = eventsAfter(after, this.store.readCorrelation(correlationId));
    return pageOf(await firstOf(page.limit + 1, events), page.limit, ({ timestamp, eventId }) =>
      encodeCursor(scope, { key: timestamp, id: eventId }),
    );
  }
}

function positionOf(scope: CursorScope, cursor: string): CursorPosition {
  const position = decodeCursor(scope, cursor);
  if (position === undefined) {
    throw invalidCursor();
  }
  return position;
}

/** Events are never removed, so the one that the page before ended with is still there to start after. */
async function* eventsAfter(
  last: CursorPosition | undefined,
  events: AsyncIterable<EventEnvelope>,
): AsyncGenerator<EventEnvelope> {
  let reached = last === undefined;
  for await (const event of events) {
    if (reached) {
      yield event;
    }
    reached ||= event.eventId === last?.id;
  }
}
