import { Query } from '@nestjs/cqrs';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Page } from '../../paging/page';

/** Everything that one correlation id led to, across streams, causes before effects. */
export class ListCorrelationEventsQuery extends Query<Page<EventEnvelope>> {
  constructor(
    readonly correlationId: string,
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
