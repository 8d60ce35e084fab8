import type { DomainEvent } from '@tidemark/kernel';
import { logOf, marked, opened, project, renamed } from '../board.fixture';
import { projectionsOf } from '../define-projection';
import { foldAll } from '../fold';
import { points, pointsModel } from './points.fixture';

const documentsOf = (...events: Parameters<typeof logOf>[0]) => foldAll(points, logOf(events, 3));

const none = { what: 'opened', odd: 'false', times: 1, points: 0 } as const;

describe('a tally', () => {
  it('adds up, in each partition, the entries with the same values of `by`', () => {
    const log = [
      ...logOf([marked('c1', 'Ada', 1), marked('c1', 'Ada', 5), marked('c1', 'Ada', 2)], 0),
      ...logOf([marked('c1', 'Ada', 7)], 1),
    ];
    const documents = foldAll(points, log);
    const entries = (id: string) => documents.get(id)!.entries;
    expect(entries('0/sum/marked/true')).toEqual([{ what: 'marked', odd: 'true', times: 2, points: 6 }]);
    expect(entries('0/sum/marked/false')).toEqual([{ what: 'marked', odd: 'false', times: 1, points: 2 }]);
    expect(entries('1/sum/marked/true')).toEqual([{ what: 'marked', odd: 'true', times: 1, points: 7 }]);
  });

  it('keeps the entries of a source, and can take them back once', () => {
    const added = [
      { what: 'marked', odd: 'true', times: 1, points: 1 },
      { what: 'marked', odd: 'false', times: 1, points: 2 },
    ];
    const before = documentsOf(marked('c1', 'Ada', 1), marked('c1', 'Ada', 2));
    expect(before.get('3/source/Ada')).toMatchObject({ entries: [], held: added });
    const after = documentsOf(
      ...[marked('c1', 'Ada', 1), marked('c1', 'Ada', 2)],
      ...[renamed('Ada', 'Countess'), renamed('Ada', 'Lovelace')],
    );
    const negative = added.map((entry) => ({ ...entry, times: -1, points: -entry.points }));
    expect(after.get('3/source/Ada')).toEqual({
      ...{ _id: '3/source/Ada', partition: 3, position: 3 },
      entries: negative,
    });
    expect(after.get('3/sum/marked/true')).toEqual(before.get('3/sum/marked/true'));
  });

  it('makes no document for a source that has added nothing', () => {
    expect(documentsOf(renamed('Ada', 'Countess'))).toEqual(new Map());
  });

  it('keeps ids apart whatever their parts contain', () => {
    expect([...documentsOf(opened('c1', 'Ada'), marked('c1', 'A/B', 1)).keys()]).toEqual([
      ...['3/sum/opened/false', '3/sum/marked/true', '3/source/A%2FB'],
    ]);
  });

  it('declares its documents, and indexes of their entries', () => {
    expect(pointsModel.schema.parse([...documentsOf(marked('c1', 'Ada', 1)).values()][0])).toBeDefined();
    expect(pointsModel.indexes).toEqual({ what: { 'entries.what': 1, _id: 1 } });
  });

  it('adds up entries of one event that agree', () => {
    const twice = project(pointsModel).acrossPartitions({
      version: 1,
      on: { CardOpened: { adds: () => [1, 2].map((more) => ({ ...none, points: more })) } },
    });
    expect([...foldAll(twice, logOf([opened('c1', 'Ada')])).values()]).toMatchObject([
      { _id: '0/sum/opened/false', entries: [{ ...none, times: 2, points: 3 }] },
    ]);
  });

  it('does not compile if a source may be in another partition than its entries', () => {
    type CardId = string & { readonly of: 'card' };
    type Keys = {
      readonly card: {
        readonly event: DomainEvent<'CardMarked', { readonly card: CardId }>;
        readonly id: CardId;
      };
      readonly place: {
        readonly event: DomainEvent<'WeatherChanged', { readonly card: CardId }>;
        readonly id: string & { readonly of: 'place' };
      };
    };
    const tally = projectionsOf<Keys>()(pointsModel);
    const card = ({ data }: { data: { card: CardId } }) => data.card;
    const CardMarked = { adds: () => [none], source: card };
    expect(tally.acrossPartitions({ version: 1, on: { CardMarked } }).name).toBe('points');
    // @ts-expect-error WeatherChanged is not in the partition of the card
    tally.acrossPartitions({ version: 1, on: { CardMarked, WeatherChanged: { takesBack: card } } });
  });
});
