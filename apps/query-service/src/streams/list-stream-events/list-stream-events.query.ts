import { Query } from '@nestjs/cqrs';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Page } from '../../paging/page';

/** Lists the events of a stream, oldest first; `undefined` for a stream that does not exist. */
export class ListStreamEventsQuery extends Query<Page<EventEnvelope> | undefined> {
  constructor(
    readonly streamId: string,
    /** Inclusive. */
    readonly fromVersion: number,
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
