import type { EventEnvelope } from '@tidemark/kernel';
import type { DocumentChange } from './document-store';
import { ForeignPartitionError, ProjectionFailedError } from './errors';
import type { ProjectedDocument, Projection, Selection, Where } from './projection';

/**
 * One step of the fold: the document after the event. The document already contains an event at or before its position,
 * so that event changes nothing. That makes redelivery harmless.
 *
 * @throws ProjectionFailedError, ForeignPartitionError
 */
export function foldEvent<Document extends ProjectedDocument>(
  projection: Projection<Document>,
  id: string,
  document: Document | undefined,
  event: EventEnvelope,
): Document | undefined {
  if (document && document.partition !== event.partition) {
    throw new ForeignPartitionError(projection.name, id, document.partition, event);
  }
  if (document && document.position >= event.position) {
    return document;
  }
  const content = attempt(projection, event, () => projection.evolve(document, event, id));
  if (content === undefined || content === document) {
    return document;
  }
  const { partition, position } = event;
  return { ...content, _id: id, partition, position } as Document;
}

/** Returns one change for any number of events, and none if the document already contains all of them. */
export function changeOf(
  projection: Projection,
  id: string,
  loaded: ProjectedDocument | undefined,
  events: readonly EventEnvelope[],
): readonly DocumentChange[] {
  const document = events.reduce<ProjectedDocument | undefined>(
    (folded, event) => foldEvent(projection, id, folded, event),
    loaded,
  );
  if (!document || document === loaded) {
    return [];
  }
  return [{ document, ...(loaded && { loadedAt: loaded.position }) }];
}

/** @throws ProjectionFailedError */
export function selectionOf(projection: Projection, event: EventEnvelope): Selection | undefined {
  return attempt(projection, event, () => projection.select(event));
}

/**
 * The documents that a read model must have after these events, by id. This is the pure fold with which stored
 * documents are compared. Each partition's events must be in order, and complete from the first event on.
 *
 * @throws ProjectionFailedError, ForeignPartitionError
 */
export function foldAll<Document extends ProjectedDocument>(
  projection: Projection<Document>,
  events: Iterable<EventEnvelope>,
): Map<string, Document> {
  const documents = new Map<string, Document>();
  for (const event of events) {
    foldInto(projection, documents, event);
  }
  return documents;
}

/**
 * Applies one event to all documents that it concerns.
 *
 * @throws ProjectionFailedError, ForeignPartitionError
 */
export function foldInto<Document extends ProjectedDocument>(
  projection: Projection<Document>,
  documents: Map<string, Document>,
  event: EventEnvelope,
): void {
  const selection = selectionOf(projection, event);
  if (!selection) {
    return;
  }
  const ids =
    'ids' in selection ? selection.ids : matching(documents.values(), event.partition, selection.where);
  for (const id of ids) {
    const document = foldEvent(projection, id, documents.get(id), event);
    if (document) {
      documents.set(id, document);
    }
  }
}

/** Ids of the documents of a partition whose fields match. */
export function matching(documents: Iterable<ProjectedDocument>, partition: number, where: Where): string[] {
  return [...documents]
    .filter((document) => document.partition === partition)
    .filter((document) => Object.entries(where).every(([path, value]) => valueAt(document, path) === value))
    .map((document) => document._id);
}

function valueAt(document: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], document);
}

function attempt<Result>(projection: Projection, event: EventEnvelope, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new ProjectionFailedError(projection.name, event, cause);
  }
}
