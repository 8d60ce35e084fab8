import type { DomainEvent } from '@tidemark/kernel';
import { z } from 'zod';
import {
  cards,
  project,
  logOf,
  marked,
  opened,
  renamed,
  weatherChanged,
  type BoardEvent,
} from './board.fixture';
import { projectionsOf } from './define-projection';
import { DocumentMissingError } from './errors';
import { foldAll } from './fold';
import type { EnvelopeOf } from './projection';
import { defineReadModel } from './read-model/define-read-model';

const [openedCard, markedCard, renamedOwner, weather] = logOf([
  opened('c1', 'Ada'),
  marked('c1', 'Ada', 7),
  renamed('Ada', 'Countess'),
  weatherChanged,
]) as EnvelopeOf<BoardEvent>[];

const marksModel = defineReadModel({ name: 'tolerant', fields: { marks: z.number() } });

/** Changes the document of a card only if the card was opened before. */
const tolerant = project(marksModel).keyedBy('owner', {
  version: 1,
  on: {
    CardOpened: { id: ({ data }) => data.card, create: () => ({ marks: 0 }) },
    CardMarked: {
      id: ({ data }) => data.card,
      changeIfPresent: (card) => ({ ...card, marks: card.marks + 1 }),
    },
  },
});

describe('project', () => {
  it('selects by id, by fields, or nothing', () => {
    expect(cards.select(openedCard!)).toEqual({ ids: ['c1'] });
    expect(cards.select(renamedOwner!)).toEqual({ where: { 'owner.id': 'Ada' } });
    expect(cards.select(weather!)).toBeUndefined();
  });

  it('treats a missing document as a fault if it must exist', () => {
    expect(() => cards.evolve(undefined, markedCard!, 'c1')).toThrow(DocumentMissingError);
  });

  it('creates no document if none need exist', () => {
    expect(foldAll(tolerant, logOf([marked('c1', 'Ada', 7)]))).toEqual(new Map());
    const [document] = foldAll(tolerant, logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 7)])).values();
    expect(document).toMatchObject({ _id: 'c1', marks: 1, position: 2 });
  });

  it('refuses to evolve by an event that it did not select', () => {
    expect(() => cards.evolve(undefined, weather!, 'c1')).toThrow(TypeError);
  });
});

describe('a projection', () => {
  type CardId = string & { readonly of: 'card' };
  type PlaceId = string & { readonly of: 'place' };
  type Keys = {
    readonly card: {
      readonly event: DomainEvent<'CardMarked', { readonly card: CardId; readonly place: PlaceId }>;
      readonly id: CardId;
    };
    readonly place: {
      readonly event: DomainEvent<'WeatherChanged', { readonly place: PlaceId }>;
      readonly id: PlaceId;
    };
  };
  const marks = projectionsOf<Keys>()(marksModel);
  const create = () => ({ marks: 0 });

  it('does not compile if it reacts to events of another partition key', () => {
    const CardMarked = { id: ({ data }: { data: { card: CardId } }) => data.card, create };
    const WeatherChanged = { id: ({ data }: { data: { place: PlaceId } }) => data.place, create };
    expect(marks.keyedBy('card', { version: 1, on: { CardMarked } }).name).toBe('tolerant');
    expect(marks.keyedBy('place', { version: 1, on: { WeatherChanged } }).name).toBe('tolerant');
    // @ts-expect-error WeatherChanged is not partitioned by card
    marks.keyedBy('card', { version: 1, on: { CardMarked, WeatherChanged } });
    const elsewhere = { CardMarked, WeatherChanged };
    // @ts-expect-error WeatherChanged is not partitioned by card, even if the reactions are written elsewhere
    marks.keyedBy('card', { version: 1, on: { ...elsewhere } });
  });

  it('does not compile if several partitions share the ids of its documents', () => {
    const ofPlace = { id: ({ data }: { data: { place: PlaceId } }) => data.place, create };
    // @ts-expect-error cards of several partitions share a place
    marks.keyedBy('card', { version: 1, on: { CardMarked: ofPlace } });
    const ofTime = { id: ({ timestamp }: { timestamp: string }) => timestamp, create };
    // @ts-expect-error every partition has events of this time of day
    marks.keyedBy('card', { version: 1, on: { CardMarked: ofTime } });
    const log = [
      ...logOf([opened('c1', 'Ada')], 0),
      ...logOf([opened('c2', 'Ada'), marked('c1', 'Ada', 1)], 1),
    ];
    expect(() => foldAll(cards, log)).toThrow(
      /cards c1 is fed by partitions 0 and 1 .*: use an id that belongs to one/,
    );
  });
});
