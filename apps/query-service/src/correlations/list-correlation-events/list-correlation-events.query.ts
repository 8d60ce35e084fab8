import { Query } from '@nestjs/cqrs';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Page } from '../../paging/page';

/**
 * All events of one correlation id, across streams, causes before effects. Do not use it as a feed while the request
 * still has effects. The commits of two unrelated events may come in a different order from their starts. The later
 * commit may then belong to a page that was already read. Read from the start again to get all events.
 */
export class ListCorrelationEventsQuery extends Query<Page<EventEnvelope>> {
  constructor(
    readonly correlationId: string,
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
