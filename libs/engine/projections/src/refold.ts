import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { readSpan, type LogReader } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import { foldEvent, matching, selectionOf } from './fold';
import type { ProjectedDocument, Projection } from './projection';

export interface PartitionHistoryOptions {
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  readonly partition: number;
  /** Inclusive. */
  readonly upTo: number;
  /** Whether an event has no effect, because it waits or was given up. Such an event need not even be readable. */
  readonly isLeftOut?: (event: EventEnvelope) => boolean;
  readonly signal?: AbortSignal;
  /** How long to rest after each page, in milliseconds, for work that is not urgent; 0 by default. */
  readonly restMs?: number;
}

/** The requested documents of a projection: a set of their ids, or any object with `has`. */
export type WantedIds = Pick<ReadonlySet<string>, 'has'>;

export type DocumentIds = ReadonlyMap<Projection, WantedIds>;

export interface FoldAfreshOptions {
  /** The last position to fold into a document; the end of the history by default. */
  readonly until?: (id: string) => number;
}

/** Documents of one projection, by id. */
export type FoldedDocuments = ReadonlyMap<Projection, ReadonlyMap<string, ProjectedDocument>>;

const PAGE = 500;

/**
 * The events of a partition that have an effect, from its first event on, lifted to their current versions. Read in
 * pages.
 *
 * @throws LogDivergedError when the log does not hold them all
 */
export async function* partitionHistory({
  log,
  codec,
  partition,
  upTo,
  isLeftOut = () => false,
  signal,
  restMs = 0,
}: PartitionHistoryOptions): AsyncGenerator<EventEnvelope> {
  for (let from = 1; from <= upTo; from += PAGE) {
    signal?.throwIfAborted();
    for (const event of await readSpan(log, partition, from, Math.min(from + PAGE - 1, upTo))) {
      if (!isLeftOut(event)) {
        yield { ...event, data: codec.decode(event).data };
      }
    }
    if (restMs > 0) {
      await delay(restMs, undefined, { signal });
    }
  }
}

/**
 * Folds only these documents, from nothing, from the complete history of their partition. The result is correct,
 * whatever is stored. An id is absent from the result when its events make no document.
 *
 * @throws ProjectionFailedError, ForeignPartitionError; the errors of the history
 */
export async function foldAfresh(
  history: AsyncIterable<EventEnvelope>,
  wanted: DocumentIds,
  { until }: FoldAfreshOptions = {},
): Promise<FoldedDocuments> {
  const folded = new Map(
    [...wanted.keys()].map((projection) => [projection, new Map<string, ProjectedDocument>()]),
  );
  for await (const event of history) {
    for (const [projection, documents] of folded) {
      const selection = selectionOf(projection, event);
      if (!selection) {
        continue;
      }
      const ids =
        'ids' in selection
          ? selection.ids.filter((id) => wanted.get(projection)!.has(id))
          : matching(documents.values(), event.partition, selection.where);
      for (const id of until ? ids.filter((one) => event.position <= until(one)) : ids) {
        const document = foldEvent(projection, id, documents.get(id), event);
        if (document) {
          documents.set(id, document);
        }
      }
    }
  }
  return folded;
}
