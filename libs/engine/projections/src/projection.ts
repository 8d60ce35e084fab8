import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';

/** What the runner keeps in every document: whose it is and how far it has come. Projections never set it. */
export interface ProjectedDocument {
  readonly _id: string;
  /** All events of a document lie in one partition. */
  readonly partition: number;
  /**
   * The document is the fold of its events up to and including this position. It lies between two whole numbers after
   * the document was folded afresh.
   */
  readonly position: number;
}

/** A document without what the runner adds to it. */
export type Content<Document extends ProjectedDocument> = {
  [Field in keyof Document as Exclude<Field, keyof ProjectedDocument>]: Document[Field];
};

/** Envelopes of a union of events, so that a check of `type` also narrows `data`. */
export type EnvelopeOf<Event extends DomainEvent> = Event extends DomainEvent ? EventEnvelope<Event> : never;

/** Field paths (dotted for inner fields) and the values that they must equal. */
export type Where = Readonly<Record<string, string | number | boolean>>;

/**
 * The documents that an event concerns: those with these ids, or every existing document of the event's own partition
 * whose fields match.
 */
export type Selection = { readonly ids: readonly string[] } | { readonly where: Where };

/**
 * A read model as a pure function of the log. The same two functions serve live updates, rebuilds, audits and tests,
 * so neither may look at a clock, at randomness or at anything but its arguments.
 */
export interface Projection<
  Document extends ProjectedDocument = ProjectedDocument,
  Event extends DomainEvent = DomainEvent,
> {
  /** The read model's published name. */
  readonly name: string;
  /** Raise it whenever the same events give other documents. */
  readonly version: number;
  /** Absent for an event that the read model does not care about. */
  select(event: EnvelopeOf<Event>): Selection | undefined;
  /**
   * The document after the event, or what was given when the event changes nothing. `document` is `undefined` when
   * there is none with the selected id; one that exists is never removed. What it throws is a fault of the projection
   * or of the log, never a refusal.
   */
  evolve(document: Document | undefined, event: EnvelopeOf<Event>, id: string): Content<Document> | undefined;
}
