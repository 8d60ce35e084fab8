import { AssertionError, deepStrictEqual } from 'node:assert';
import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import {
  foldAll,
  type Content,
  type ModelProjection,
  type ProjectedDocument,
  type ReadModel,
} from '@tidemark/projections';

/** An event that a projection reads, and as much of its envelope as the projection needs. */
export type ProjectedEvent<Event extends DomainEvent> = Event &
  Partial<Omit<EventEnvelope, 'type' | 'data' | 'partition' | 'position'>>;

/** A document without the fields that the runner keeps, beside its id. */
export type ExpectedDocument<Document extends ProjectedDocument> = Pick<Document, '_id'> & Content<Document>;

export interface GivenDocuments<Document extends ProjectedDocument> {
  /**
   * The read model has exactly these documents, in any order. Each must also fit the read model's fields, because a
   * store refuses other documents.
   */
  then(...documents: readonly ExpectedDocument<Document>[]): void;
  /** The events concern no document. */
  thenNothing(): void;
}

/** The time of events without a timestamp. */
const ASSUMED_TIME = '2010-12-01T08:00:00.000Z';

/**
 * A test of one projection: `given(balancesProjection, opened, deposited).then({ _id: 'A1', balance: 5 })`. The events
 * are consecutive events of one partition. A mismatch throws `AssertionError`, under any test runner.
 *
 * @throws ProjectionFailedError if the projection throws, for example because a document to change is missing
 */
export function given<Document extends ProjectedDocument, Event extends DomainEvent>(
  projection: ModelProjection<Document, Event>,
  ...events: readonly ProjectedEvent<Event>[]
): GivenDocuments<Document> {
  const folded = foldAll(projection as ModelProjection<Document>, events.map(envelopeOf));
  const documents = [...folded.values()].sort(byId);
  const then = (...expected: readonly ExpectedDocument<Document>[]) => {
    documents.forEach((document) => requireFields(projection.readModel, document));
    deepStrictEqual(documents.map(contentOf), [...expected].sort(byId));
  };
  return { then, thenNothing: () => then() };
}

function requireFields(readModel: ReadModel, document: ProjectedDocument): void {
  const { error } = readModel.schema.safeParse(document);
  if (error) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new AssertionError({
      message: `the document ${document._id} does not fit the fields of ${readModel.name}: ${faults}`,
    });
  }
}

function contentOf<Document extends ProjectedDocument>({
  partition: _partition,
  position: _position,
  ...content
}: Document) {
  return content;
}

function byId(one: { readonly _id: string }, other: { readonly _id: string }): number {
  return one._id < other._id ? -1 : 1;
}

function envelopeOf(event: ProjectedEvent<DomainEvent>, index: number): EventEnvelope {
  const position = index + 1;
  return {
    eventId: `event-${position}`,
    streamId: 'Stream-1',
    streamType: 'Stream',
    version: position,
    partition: 0,
    position,
    schemaVersion: 1,
    timestamp: ASSUMED_TIME,
    correlationId: 'correlation-1',
    causationId: `command-${position}`,
    metadata: { actor: 'test' },
    ...event,
  };
}
