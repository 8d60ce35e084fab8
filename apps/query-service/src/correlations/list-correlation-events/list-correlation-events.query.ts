import { Query } from '@nestjs/cqrs';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Page } from '../../paging/page';

/**
 * Everything that one correlation id led to, across streams, causes before effects. While the request still has effects it is
 * no feed: of two that have nothing to do with each other the one that was begun first may be committed last, and then stands
 * before the end of a page that was already read. Read it from the start again to have all.
 */
export class ListCorrelationEventsQuery extends Query<Page<EventEnvelope>> {
  constructor(
    readonly correlationId: string,
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
