import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { DocumentMissingError } from './errors';
import type { Content, EnvelopeOf, ProjectedDocument, Projection, Where } from './projection';

type IdOf<Envelope> = (event: Envelope) => string;

/** What a read model does on one type of event; `id` says which document, `where` which documents. */
export type Reaction<Document extends ProjectedDocument, Envelope> =
  | {
      readonly id: IdOf<Envelope>;
      readonly create: (event: Envelope) => Content<Document>;
    }
  | {
      readonly id: IdOf<Envelope>;
      /** A missing document is a fault: the event that creates it comes first in the same partition. */
      readonly change: (document: Document, event: Envelope) => Content<Document>;
    }
  | {
      readonly id: IdOf<Envelope>;
      /** For an event that may come when there is no document; then it makes none. */
      readonly changeIfPresent: (document: Document, event: Envelope) => Content<Document>;
    }
  | {
      readonly id: IdOf<Envelope>;
      readonly createOrChange: (document: Document | undefined, event: Envelope) => Content<Document>;
    }
  | {
      readonly where: (event: Envelope) => Where;
      readonly change: (document: Document, event: Envelope) => Content<Document>;
    };

export interface ProjectionDefinition<Document extends ProjectedDocument, Event extends DomainEvent> {
  readonly name: string;
  readonly version: number;
  /** Keyed by the event's published name; other events are passed over. */
  readonly on: {
    readonly [Type in Event['type']]?: Reaction<Document, EventEnvelope<Extract<Event, { type: Type }>>>;
  };
}

/** A projection from a table of what it does on which event. */
export function defineProjection<Document extends ProjectedDocument, Event extends DomainEvent>(
  definition: ProjectionDefinition<Document, Event>,
): Projection<Document, Event> {
  const reactions = new Map(
    Object.entries(definition.on) as [string, Reaction<Document, EnvelopeOf<Event>>][],
  );
  return {
    name: definition.name,
    version: definition.version,
    select(event) {
      const reaction = reactions.get(event.type);
      if (!reaction) {
        return undefined;
      }
      if ('where' in reaction) {
        return { where: reaction.where(event) };
      }
      return { ids: [reaction.id(event)] };
    },
    evolve(document, event) {
      const reaction = reactions.get(event.type);
      if (!reaction) {
        throw new TypeError(
          `${definition.name} was asked to evolve by ${event.type}, which it did not select`,
        );
      }
      if ('create' in reaction) {
        return reaction.create(event);
      }
      if ('createOrChange' in reaction) {
        return reaction.createOrChange(document, event);
      }
      if ('changeIfPresent' in reaction) {
        return document && reaction.changeIfPresent(document, event);
      }
      if (!document) {
        throw new DocumentMissingError(definition.name, event);
      }
      return reaction.change(document, event);
    },
  };
}
