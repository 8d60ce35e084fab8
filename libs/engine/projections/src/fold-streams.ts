import type { EventEnvelope } from '@tidemark/kernel';
import { foldInto } from './fold';
import type { ProjectedDocument, Projection } from './projection';

/** What `foldStreams` needs of the log. Every `EventStore` has it. */
export interface StreamReader {
  /** The stream's events, lifted to their current versions. A stream that does not exist is empty. */
  readStream(
    streamId: string,
    options?: {
      readonly fromVersion?: number;
      readonly toVersion?: number;
      readonly direction?: 'forward' | 'backward';
    },
  ): AsyncIterable<EventEnvelope>;
}

/**
 * Up to and including a version of each stream, or an instant. A stream at an instant ends with its last event whose
 * timestamp is not later, as in `AggregateLoader.loadAt`.
 */
export type Until = { readonly version: number } | { readonly at: Date };

/**
 * Live aggregation: the documents that the events of these streams make, by id. They are folded now, and nothing is
 * stored. Events of one partition are folded in the order of their positions, whatever their stream.
 *
 * The result contains everything that was committed before the call. It is not a snapshot of several streams: an event
 * that is appended during the call may be included while an earlier one of another stream is not. A fan-out (`where`)
 * reaches the documents that these streams have made.
 *
 * The cost is that of reading the streams, so use it for streams of bounded length.
 *
 * @param until everything by default
 * @throws ProjectionFailedError, ForeignPartitionError; the errors of the log
 */
export async function foldStreams<Document extends ProjectedDocument>(
  log: StreamReader,
  projection: Projection<Document>,
  streamIds: readonly string[],
  until?: Until,
): Promise<ReadonlyMap<string, Document>> {
  const documents = new Map<string, Document>();
  const streams = await Promise.all(
    [...new Set(streamIds)].map(async (streamId) => {
      const toVersion = await lastVersion(log, streamId, until);
      return log.readStream(streamId, toVersion === undefined ? {} : { toVersion });
    }),
  );
  for await (const event of inOrder(streams)) {
    foldInto(projection, documents, event);
  }
  return documents;
}

/** Reads backward from the end, because clocks may step back: an earlier event may have a later timestamp. */
async function lastVersion(
  log: StreamReader,
  streamId: string,
  until: Until | undefined,
): Promise<number | undefined> {
  if (!until || 'version' in until) {
    return until?.version;
  }
  for await (const { version, timestamp } of log.readStream(streamId, { direction: 'backward' })) {
    if (new Date(timestamp) <= until.at) {
      return version;
    }
  }
  return 0;
}

/** The events of all streams. Within each partition, they are in the order of their positions. */
async function* inOrder(streams: readonly AsyncIterable<EventEnvelope>[]): AsyncGenerator<EventEnvelope> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (let next = lowest(heads); next >= 0; next = lowest(heads)) {
      yield heads[next]!.value;
      heads[next] = await iterators[next]!.next();
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

/** Where the lowest position is; -1 when all are done. Each stream is within one partition, so this keeps its order. */
function lowest(heads: readonly IteratorResult<EventEnvelope>[]): number {
  return heads.reduce((found, head, index) => {
    const isLower = !head.done && (found < 0 || head.value.position < heads[found]!.value.position);
    return isLower ? index : found;
  }, -1);
}
