import { cards, logOf, marked, opened, owners, renamed, weatherChanged } from './board.fixture';
import { DocumentMissingError, ForeignPartitionError, ProjectionFailedError } from './errors';
import { foldAll } from './fold';

const stamp = { partition: 0 };

describe('foldAll', () => {
  it("gives every selected event to its document, and records each document's position", () => {
    const log = logOf([opened('c1', 'Ada'), opened('c2', 'Ada'), weatherChanged, marked('c1', 'Ada', 7)]);
    expect([...foldAll(cards, log).values()]).toEqual([
      { ...stamp, _id: 'c1', position: 4, owner: { id: 'Ada', name: 'Ada' }, marks: [7] },
      { ...stamp, _id: 'c2', position: 2, owner: { id: 'Ada', name: 'Ada' }, marks: [] },
    ]);
    expect([...foldAll(owners, log).values()]).toEqual([
      { ...stamp, _id: 'Ada', position: 4, cards: 2, sum: 7 },
    ]);
  });

  it('applies a selection by fields to the documents that match at that point, and to no later ones', () => {
    const log = logOf([
      opened('c1', 'Ada'),
      opened('c2', 'Bob'),
      renamed('Ada', 'Countess'),
      opened('c3', 'Ada'),
    ]);
    const names = [...foldAll(cards, log).values()].map(({ _id, owner }) => [_id, owner.name]);
    expect(names).toEqual([
      ['c1', 'Countess'],
      ['c2', 'Bob'],
      ['c3', 'Ada'],
    ]);
  });

  it('keeps selections by fields inside their own partition', () => {
    const log = [
      ...logOf([opened('c1', 'Ada')], 0),
      ...logOf([opened('c2', 'Ada'), renamed('Ada', 'Countess')], 1),
    ];
    const names = [...foldAll(cards, log).values()].map(({ owner }) => owner.name);
    expect(names).toEqual(['Ada', 'Countess']);
  });

  it('skips events that the document already contains', () => {
    const log = logOf([opened('c1', 'Ada'), marked('c1', 'Ada', 7)]);
    expect(foldAll(owners, [...log, ...log])).toEqual(foldAll(owners, log));
  });

  it('names the failed projection and the event', () => {
    const log = logOf([marked('c1', 'Ada', 7)]);
    const failure = failureOf(() => foldAll(cards, log));
    expect(failure).toBeInstanceOf(ProjectionFailedError);
    expect(failure).toMatchObject({
      code: 'projection_failed',
      retryable: false,
      projection: 'cards',
      event: log[0],
    });
    expect(failure).toHaveProperty('cause', expect.any(DocumentMissingError));
  });

  it('refuses a document with events of two partitions', () => {
    const log = [...logOf([opened('c1', 'Ada')], 0), ...logOf([weatherChanged, opened('c2', 'Ada')], 1)];
    expect(() => foldAll(owners, log)).toThrow(ForeignPartitionError);
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
