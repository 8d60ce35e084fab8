import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { firstOf } from '../../event-log/first-of';
import { decodeCursor, encodeCursor, type CursorScope } from '../../paging/cursor';
import { invalidCursor } from '../../paging/invalid-cursor';
import { pageOf, type Page } from '../../paging/page';
import { ListStreamEventsQuery } from './list-stream-events.query';

@QueryHandler(ListStreamEventsQuery)
export class ListStreamEventsHandler implements IQueryHandler<ListStreamEventsQuery> {
  constructor(private readonly store: EventStore) {}

  async execute(query: ListStreamEventsQuery): Promise<Page<EventEnvelope> | undefined> {
    const { streamId, page } = query;
    const scope = { list: 'stream', streamId, fromVersion: query.fromVersion };
    const fromVersion = page.cursor === undefined ? query.fromVersion : lastVersionOf(scope, page.cursor) + 1;
    const limit = page.limit + 1;
    const events = await firstOf(limit, this.store.readStream(streamId, { fromVersion, limit }));
    if (events.length === 0 && (await this.store.streamHead(streamId)) === undefined) {
      return undefined;
    }
    return pageOf(events, page.limit, ({ version }) => encodeCursor(scope, { key: version, id: streamId }));
  }
}

function lastVersionOf(scope: CursorScope, cursor: string): number {
  const key = decodeCursor(scope, cursor)?.key;
  if (typeof key !== 'number') {
    throw invalidCursor();
  }
  return key;
}
