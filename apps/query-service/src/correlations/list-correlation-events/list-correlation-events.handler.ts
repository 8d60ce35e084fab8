import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { isUUID } from 'class-validator';
import { firstOf } from '../../event-log/first-of';
import { decodeCursor, encodeCursor, type CursorScope } from '../../paging/cursor';
import { invalidCursor } from '../../paging/invalid-cursor';
import { pageOf, type Page } from '../../paging/page';
import { ListCorrelationEventsQuery } from './list-correlation-events.query';

@QueryHandler(ListCorrelationEventsQuery)
export class ListCorrelationEventsHandler implements IQueryHandler<ListCorrelationEventsQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ correlationId, page }: ListCorrelationEventsQuery): Promise<Page<EventEnvelope>> {
    const scope = { list: 'correlation', correlationId };
    // Events are never removed, so the one that the page before ended with is still there to start after.
    const afterEventId = page.cursor === undefined ? undefined : eventIdOf(scope, page.cursor);
    const limit = page.limit + 1;
    const events = await firstOf(limit, this.store.readCorrelation(correlationId, { afterEventId, limit }));
    return pageOf(events, page.limit, ({ timestamp, eventId }) =>
      encodeCursor(scope, { key: timestamp, id: eventId }),
    );
  }
}

function eventIdOf(scope: CursorScope, cursor: string): string {
  const position = decodeCursor(scope, cursor);
  if (position === undefined || !isUUID(position.id)) {
    throw invalidCursor();
  }
  return position.id;
}
