import { defineProjection } from './define-projection';
import { cards, logOf, marked, opened, renamed, weatherChanged, type BoardEvent } from './board.fixture';
import { DocumentMissingError } from './errors';
import { foldAll } from './fold';
import type { EnvelopeOf, ProjectedDocument } from './projection';

const [openedCard, markedCard, renamedOwner, weather] = logOf([
  opened('c1', 'Ada'),
  marked('c1', 'Ada', 7),
  renamed('Ada', 'Countess'),
  weatherChanged,
]) as EnvelopeOf<BoardEvent>[];

interface Marks extends ProjectedDocument {
  readonly marks: number;
}

/** Cares for cards only when somebody has opened them. */
const tolerant = defineProjection<Marks, BoardEvent>({
  name: 'tolerant',
  version: 1,
  on: {
    CardOpened: { id: ({ data }) => data.card, create: () => ({ marks: 0 }) },
    CardMarked: {
      id: ({ data }) => data.card,
      changeIfPresent: (card) => ({ ...card, marks: card.marks + 1 }),
    },
  },
});

describe('defineProjection', () => {
  it('selects by id, by fields, or nothing', () => {
    expect(cards.select(openedCard!)).toEqual({ ids: ['c1'] });
    expect(cards.select(renamedOwner!)).toEqual({ where: { 'owner.id': 'Ada' } });
    expect(cards.select(weather!)).toBeUndefined();
  });

  it('takes a missing document for a fault, where one must exist', () => {
    expect(() => cards.evolve(undefined, markedCard!)).toThrow(DocumentMissingError);
  });

  it('makes no document where one need not exist', () => {
    expect(foldAll(tolerant, logOf([marked('c1', 'Ada', 7)]))).toEqual(new Map());
    const [document] = foldAll(tolerant, logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 7)])).values();
    expect(document).toMatchObject({ _id: 'c1', marks: 1, position: 2 });
  });

  it('refuses to evolve by what it did not select', () => {
    expect(() => cards.evolve(undefined, weather!)).toThrow(TypeError);
  });
});
