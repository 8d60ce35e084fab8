import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import { z } from 'zod';
import { projectionsOf } from './define-projection';
import { defineReadModel, type DocumentOf } from './read-model/define-read-model';

/** A domain just large enough for every kind of selection: cards that are opened and marked, on owners' boards. */
export type BoardEvent =
  | DomainEvent<'CardOpened', { readonly card: string; readonly owner: string }>
  | DomainEvent<'CardMarked', { readonly card: string; readonly owner: string; readonly mark: number }>
  | DomainEvent<'OwnerRenamed', { readonly owner: string; readonly name: string }>
  | DomainEvent<'WeatherChanged', Record<string, never>>;

/** Each owner has a partition with all its cards. The weather has no owner. */
export type BoardKeys = {
  readonly owner: { readonly event: Exclude<BoardEvent, { type: 'WeatherChanged' }>; readonly id: string };
  readonly place: { readonly event: Extract<BoardEvent, { type: 'WeatherChanged' }>; readonly id: string };
};

export const project = projectionsOf<BoardKeys>();

export const cardModel = defineReadModel({
  name: 'cards',
  fields: {
    owner: z.strictObject({ id: z.string(), name: z.string() }),
    marks: z.array(z.number()),
    /** Tests of a raised version add it. */
    shout: z.string().optional(),
  },
});

export type CardDocument = DocumentOf<typeof cardModel>;

export const ownerModel = defineReadModel({
  name: 'owners',
  fields: { cards: z.number(), sum: z.number() },
});

export type OwnerDocument = DocumentOf<typeof ownerModel>;

/**
 * A read model in which the order of events matters (marks). A rename reaches every existing card of an owner, and no
 * others.
 */
export const cards = project(cardModel).keyedBy('owner', {
  version: 1,
  on: {
    CardOpened: {
      id: ({ data }) => data.card,
      create: ({ data }) => ({ owner: { id: data.owner, name: data.owner }, marks: [] }),
    },
    CardMarked: {
      id: ({ data }) => data.card,
      change: (card, { data }) => ({ ...card, marks: [...card.marks, data.mark] }),
    },
    OwnerRenamed: {
      where: ({ data }) => ({ 'owner.id': data.owner }),
      change: (card, { data }) =>
        card.owner.name === data.name ? card : { ...card, owner: { ...card.owner, name: data.name } },
    },
  },
});

/** A read model that adds up amounts, so that an event that is applied twice shows in the sum. */
export const owners = project(ownerModel).keyedBy('owner', {
  version: 1,
  on: {
    CardOpened: {
      id: ({ data }) => data.owner,
      createOrChange: (owner) => ({ sum: 0, ...owner, cards: (owner?.cards ?? 0) + 1 }),
    },
    CardMarked: {
      id: ({ data }) => data.owner,
      change: (owner, { data }) => ({ ...owner, sum: owner.sum + data.mark }),
    },
  },
});

/** The events as consecutive events of a partition, from position 1 on. */
export function logOf(events: readonly BoardEvent[], partition = 0): EventEnvelope[] {
  return events.map((event, index) => ({
    ...event,
    eventId: `${partition}-${index + 1}`,
    streamId: `Board-${partition}`,
    streamType: 'Board',
    version: index + 1,
    partition,
    position: index + 1,
    schemaVersion: 1,
    timestamp: '2026-01-01T00:00:00.000Z',
    correlationId: 'correlation',
    causationId: 'causation',
    metadata: { actor: 'somebody' },
  }));
}

export function opened(card: string, owner: string): BoardEvent {
  return { type: 'CardOpened', data: { card, owner } };
}

export function marked(card: string, owner: string, mark: number): BoardEvent {
  return { type: 'CardMarked', data: { card, owner, mark } };
}

export function renamed(owner: string, name: string): BoardEvent {
  return { type: 'OwnerRenamed', data: { owner, name } };
}

export const weatherChanged: BoardEvent = { type: 'WeatherChanged', data: {} };
