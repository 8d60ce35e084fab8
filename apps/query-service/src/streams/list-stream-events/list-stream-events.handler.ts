import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { decodeCursor, encodeCursor } from '@tidemark/platform';
import { z } from 'zod';
import { firstOf } from '../../event-log/first-of';
import { pageOf, type Page } from '../../paging/page';
import { MAX_VERSION } from './list-stream-events.params';
import { ListStreamEventsQuery } from './list-stream-events.query';

/** The version of the last event of a page that may have a next page. */
const streamPosition = z.tuple([
  z
    .int()
    .min(1)
    .max(MAX_VERSION - 1),
]);

@QueryHandler(ListStreamEventsQuery)
export class ListStreamEventsHandler implements IQueryHandler<ListStreamEventsQuery> {
  constructor(private readonly store: EventStore) {}

  async execute(query: ListStreamEventsQuery): Promise<Page<EventEnvelope> | undefined> {
    const { streamId, page } = query;
    const scope = { list: 'stream', streamId, fromVersion: query.fromVersion };
    const fromVersion =
      page.cursor === undefined ? query.fromVersion : decodeCursor(scope, streamPosition, page.cursor)[0] + 1;
    const limit = page.limit + 1;
    const events = await firstOf(limit, this.store.readStream(streamId, { fromVersion, limit }));
    if (events.length === 0 && (await this.store.streamHead(streamId)) === undefined) {
      return undefined;
    }
    return pageOf(events, page.limit, ({ version }) => encodeCursor(scope, [version]));
  }
}
