import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';

/**
 * The fields that the runner keeps in every document: its id, its partition and its position. Projections never set it.
 */
export interface ProjectedDocument {
  readonly _id: string;
  /** The partition of all events of the document. */
  readonly partition: number;
  /**
   * The document is the fold of its events up to and including this position. It is between two whole numbers if the
   * document was folded again.
   */
  readonly position: number;
}

/** A document without the fields that the runner adds. */
export type Content<Document extends ProjectedDocument> = {
  [Field in keyof Document as Exclude<Field, keyof ProjectedDocument>]: Document[Field];
};

/** Envelopes of a union of events, so that a check of `type` also narrows `data`. */
export type EnvelopeOf<Event extends DomainEvent> = Event extends DomainEvent ? EventEnvelope<Event> : never;

/** Field paths (dotted for inner fields) and the values that they must equal. */
export type Where = Readonly<Record<string, string | number | boolean>>;

/**
 * The documents that an event concerns: the documents with these ids, or every existing document of the event's own
 * partition whose fields match.
 */
export type Selection = { readonly ids: readonly string[] } | { readonly where: Where };

/**
 * A read model as a pure function of the log. The same two functions serve live updates, rebuilds, audits and tests. So
 * each may depend on its arguments only, and not on a clock or on randomness.
 */
export interface Projection<
  Document extends ProjectedDocument = ProjectedDocument,
  Event extends DomainEvent = DomainEvent,
> {
  /** The read model's published name. */
  readonly name: string;
  /** Raise it whenever the same events give other documents. */
  readonly version: number;
  /** Returns undefined for an event that does not concern the read model. */
  select(event: EnvelopeOf<Event>): Selection | undefined;
  /**
   * Returns the document after the event, or the given document if the event changes nothing. `document` is `undefined`
   * if none has the selected id. An existing document is never removed. If it throws, the projection or the log has a
   * fault; it never throws a refusal.
   */
  evolve(document: Document | undefined, event: EnvelopeOf<Event>, id: string): Content<Document> | undefined;
}
