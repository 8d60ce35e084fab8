import type { EventEnvelope } from '@tidemark/kernel';
import type { ClientBase } from 'pg';
import { changeOf } from '../fold';
import type { StoredGeneration } from '../postgres/generation-tables';
import { loadDocuments, matchDocuments } from '../postgres/read-documents';
import { writeDocuments } from '../postgres/write-documents';
import type { Projection, Where } from '../projection';
import { stepsOf, type EventsById } from '../steps';

/** Documents of a selection by fields that are loaded and written at a time. */
const chunkSize = 500;

/** One projection, and the generation that holds its documents. */
export interface InlineTarget {
  readonly projection: Projection;
  readonly generation: string;
  readonly stored: StoredGeneration;
}

/**
 * Folds events into the documents of a projection, within the caller's transaction. The caller has locked the
 * projection's checkpoints, so no other transaction writes these documents. The events of each partition are in order.
 *
 * @throws ProjectionFailedError, ForeignPartitionError; the errors of pg
 */
export async function foldInline(
  client: ClientBase,
  target: InlineTarget,
  events: readonly EventEnvelope[],
): Promise<void> {
  for (const { byId, fanOuts } of stepsOf([target.projection], events)) {
    for (const { eventsById } of byId) {
      await foldById(client, target, eventsById);
    }
    for (const { where, event } of fanOuts) {
      await foldMatching(client, target, where, event);
    }
  }
}

async function foldById(
  client: ClientBase,
  target: InlineTarget,
  eventsById: EventsById['eventsById'],
): Promise<void> {
  const { projection, stored } = target;
  const loaded = await loadDocuments(client, stored, [...eventsById.keys()]);
  const byId = new Map(loaded.map((document) => [document._id, document]));
  const changes = [...eventsById].flatMap(([id, events]) => changeOf(projection, id, byId.get(id), events));
  const stale = await writeDocuments(client, stored.definition, changes);
  if (stale.length > 0) {
    // Another partition has just made a document with the same id. Folding the stored document throws that fault.
    await foldById(client, target, eventsById);
  }
}

async function foldMatching(
  client: ClientBase,
  { projection, stored }: InlineTarget,
  where: Where,
  event: EventEnvelope,
): Promise<void> {
  const query = { partition: event.partition, where, before: event.position, limit: chunkSize };
  let afterId: string | undefined;
  for (let isLast = false; !isLast;) {
    const chunk = await matchDocuments(client, stored, {
      ...query,
      ...(afterId !== undefined && { afterId }),
    });
    const changes = chunk.flatMap((document) => changeOf(projection, document._id, document, [event]));
    await writeDocuments(client, stored.definition, changes);
    afterId = chunk.at(-1)?._id;
    isLast = chunk.length < chunkSize;
  }
}
