import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { DocumentMissingError } from './errors';
import type { EventOf, PartitionKeys } from './partition-keys';
import type { Content, EnvelopeOf, ProjectedDocument, Projection, Where } from './projection';
import type { ReadModel } from './read-model/define-read-model';
import type { Tally, TallyDocument, TallyEntry } from './tally/define-tally';
import { tallyProjection, type TallyReactions } from './tally/tally-projection';

/** The reaction of a read model to one type of event. `id` names one document, `where` several. */
export type Reaction<Document extends ProjectedDocument, Envelope, Id extends string = string> =
  | {
      readonly id: (event: Envelope) => Id;
      readonly create: (event: Envelope) => Content<Document>;
    }
  | {
      readonly id: (event: Envelope) => Id;
      /** A missing document is a fault, because the event that creates it comes earlier in the same partition. */
      readonly change: (document: Document, event: Envelope) => Content<Document>;
    }
  | {
      readonly id: (event: Envelope) => Id;
      /** The reaction to an event whose document may be missing. The event does not create it. */
      readonly changeIfPresent: (document: Document, event: Envelope) => Content<Document>;
    }
  | {
      readonly id: (event: Envelope) => Id;
      readonly createOrChange: (document: Document | undefined, event: Envelope) => Content<Document>;
    }
  | {
      readonly where: (event: Envelope) => Where;
      readonly change: (document: Document, event: Envelope) => Content<Document>;
    };

type ReactionsTo<Document extends ProjectedDocument, Event extends DomainEvent, Id extends string> = {
  readonly [Type in Event['type']]?: Reaction<Document, EventEnvelope<Extract<Event, { type: Type }>>, Id>;
};

/** The compiler shows this sentence at the faulty reaction. */
type NoReactionsTo<Type extends string, Key extends string> = {
  readonly [
    Foreign in Type
  ]?: `${Foreign} is not partitioned by ${Key}: react to it in a projection of its own, or in a tally`;
};

/** The reactions of a projection that is keyed by `Key`, by event type. */
export type Reactions<
  Document extends ProjectedDocument,
  Keys extends PartitionKeys,
  Key extends keyof Keys & string,
> = ReactionsTo<Document, Keys[Key]['event'], Keys[Key]['id']> &
  NoReactionsTo<Exclude<EventOf<Keys>['type'], Keys[Key]['event']['type']>, Key>;

export interface ProjectionDefinition<On> {
  /** Raise it whenever the same events give other documents. */
  readonly version: number;
  /** The reactions by the event's published name. Other events are ignored. */
  readonly on: On;
}

/** A projection, and the read model that it fills. */
export interface ModelProjection<
  Document extends ProjectedDocument = ProjectedDocument,
  Event extends DomainEvent = DomainEvent,
> extends Projection<Document, Event> {
  readonly readModel: ReadModel;
  /** The published names of the events that it reacts to, for a check at the start; absent if nothing checks them. */
  readonly eventTypes?: readonly string[];
  /** The name by which operators pause it together with others; its own name by default. */
  readonly processingGroup?: string;
}

/** Defines how a read model follows from a log that is partitioned by `Keys`. */
export interface Project<Keys extends PartitionKeys> {
  /** A tally adds up amounts of events of any partition key; see `Tally`. */
  <Entry extends TallyEntry>(
    tally: Tally<string, Entry>,
  ): {
    acrossPartitions(
      definition: ProjectionDefinition<TallyReactions<Entry, Keys>>,
    ): ModelProjection<TallyDocument<Entry>, EventOf<Keys>>;
  };
  <Document extends ProjectedDocument>(
    readModel: ReadModel<string, Document>,
  ): {
    /** `key` partitions the events, and so the documents. Events and ids of another key do not compile. */
    keyedBy<Key extends keyof Keys & string>(
      key: Key,
      definition: ProjectionDefinition<Reactions<Document, Keys, Key>>,
    ): ModelProjection<Document, EventOf<Keys>>;
  };
}

/** Returns the function that defines projections of a log that is partitioned by these keys. */
export function projectionsOf<Keys extends PartitionKeys>(): Project<Keys> {
  return (readModel: ReadModel | Tally) => ({
    keyedBy: (_key: string, { version, on }: ProjectionDefinition<object>): never =>
      ({ ...projectionOf(readModel.name, version, on), readModel }) as never,
    acrossPartitions: ({ version, on }: ProjectionDefinition<object>): never =>
      ({ ...tallyProjection(readModel as Tally, version, on), readModel }) as never,
  });
}

function projectionOf<Document extends ProjectedDocument, Event extends DomainEvent>(
  name: string,
  version: number,
  on: object,
): Projection<Document, Event> {
  const reactions = new Map(Object.entries(on) as [string, Reaction<Document, EnvelopeOf<Event>>][]);
  return {
    name,
    version,
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
        throw new TypeError(`${name} got ${event.type}, an event that it did not select`);
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
        throw new DocumentMissingError(name, event);
      }
      return reaction.change(document, event);
    },
  };
}
