import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { decodeCursor, encodeCursor } from '@tidemark/platform';
import { z } from 'zod';
import { firstOf } from '../../event-log/first-of';
import { pageOf, type Page } from '../../paging/page';
import { ListCorrelationEventsQuery } from './list-correlation-events.query';

/** The id of the last event of a page. */
const eventPosition = z.tuple([z.guid()]);

@QueryHandler(ListCorrelationEventsQuery)
export class ListCorrelationEventsHandler implements IQueryHandler<ListCorrelationEventsQuery> {
  constructor(private readonly store: EventStore) {}

  async execute({ correlationId, page }: ListCorrelationEventsQuery): Promise<Page<EventEnvelope>> {
    const scope = { list: 'correlation', correlationId };
    // Events are never removed, so the last event of the previous page still exists to start after.
    const afterEventId =
      page.cursor === undefined ? undefined : decodeCursor(scope, eventPosition, page.cursor)[0];
    const limit = page.limit + 1;
    const events = await firstOf(limit, this.store.readCorrelation(correlationId, { afterEventId, limit }));
    return pageOf(events, page.limit, ({ eventId }) => encodeCursor(scope, [eventId]));
  }
}
