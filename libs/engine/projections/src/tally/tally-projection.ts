import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { EventOf, PartitionKeys } from '../partition-keys';
import type { EnvelopeOf, Projection } from '../projection';
import type { Tally, TallyDocument, TallyEntry } from './define-tally';

/** The reaction of a tally to one type of event. */
export type TallyReaction<Entry extends TallyEntry, Envelope, Id extends string = string> =
  | {
      readonly adds: (event: Envelope) => readonly Entry[];
      /** The source under which the entries can be taken back later. */
      readonly source?: (event: Envelope) => Id;
    }
  | {
      /**
       * The source. All entries that it has added are taken back. If it is `undefined` or has added nothing, nothing
       * happens.
       */
      readonly takesBack: (event: Envelope) => Id | undefined;
    };

/** The ids that belong to the partition key of this type of event. They keep a source in its partition. */
type IdsBeside<Keys extends PartitionKeys, Type extends string> = {
  [Key in keyof Keys]: Type extends Keys[Key]['event']['type'] ? Keys[Key]['id'] : never;
}[keyof Keys];

export type TallyReactions<Entry extends TallyEntry, Keys extends PartitionKeys> = {
  readonly [Type in EventOf<Keys>['type']]?: TallyReaction<
    Entry,
    EventEnvelope<Extract<EventOf<Keys>, { type: Type }>>,
    IdsBeside<Keys, Type>
  >;
};

/** The projection of a tally. Its documents have the event's partition in their ids, so that none has two writers. */
export function tallyProjection<Entry extends TallyEntry, Event extends DomainEvent>(
  { name, by, sums }: Tally<string, Entry>,
  version: number,
  on: object,
): Projection<TallyDocument<Entry>, Event> {
  type Envelope = EnvelopeOf<Event>;
  const reactions = new Map(Object.entries(on) as [string, TallyReaction<Entry, Envelope>][]);

  const sumId = (partition: number, entry: Entry) =>
    [partition, 'sum', ...by.map((field) => encodeURIComponent(entry[field]!))].join('/');
  const sourceId = (partition: number, source: string) =>
    [partition, 'source', encodeURIComponent(source)].join('/');
  const scaled = (entry: Entry, change: (sum: string) => number): Entry => ({
    ...entry,
    ...Object.fromEntries(sums.map((sum) => [sum, change(sum)])),
  });
  const added = (a: Entry, b: Entry) => scaled(a, (sum) => Number(a[sum]) + Number(b[sum]));
  // Avoids -0, because a database has no negative zero.
  const negated = (entry: Entry) => scaled(entry, (sum) => 0 - Number(entry[sum]));

  return {
    name,
    version,
    select(event) {
      const reaction = reactions.get(event.type);
      if (!reaction) {
        return undefined;
      }
      if ('takesBack' in reaction) {
        const source = reaction.takesBack(event);
        return source === undefined ? undefined : { ids: [sourceId(event.partition, source)] };
      }
      const ids = reaction.adds(event).map((entry) => sumId(event.partition, entry));
      return {
        ids: [
          ...new Set(ids),
          ...(reaction.source ? [sourceId(event.partition, reaction.source(event))] : []),
        ],
      };
    },
    evolve(document, event, id) {
      const reaction = reactions.get(event.type);
      if (!reaction) {
        throw new TypeError(`${name} got ${event.type}, an event that it did not select`);
      }
      if ('takesBack' in reaction) {
        return document?.held && { entries: [...document.entries, ...document.held.map(negated)] };
      }
      const entries = reaction.adds(event);
      if (reaction.source && id === sourceId(event.partition, reaction.source(event))) {
        return { entries: document?.entries ?? [], held: [...(document?.held ?? []), ...entries] };
      }
      const adding = entries.filter((entry) => sumId(event.partition, entry) === id);
      return { entries: [[...(document?.entries ?? []), ...adding].reduce(added)] };
    },
  };
}
