import type { EventEnvelope } from '@tidemark/kernel';
import fc from 'fast-check';
import { boardEvents } from './board-events.fixture';
import { cards, logOf, marked, opened, owners, renamed, type BoardEvent } from './board.fixture';
import { ForeignPartitionError } from './errors';
import { foldAll } from './fold';
import { foldStreams, type StreamReader } from './fold-streams';
import type { Projection } from './projection';

/** The events in streams of their own kinds, with versions as in a log. */
function inStreams(events: readonly BoardEvent[], streamOf: (event: BoardEvent) => string, partition = 0) {
  const versions = new Map<string, number>();
  return logOf(events, partition).map((event) => {
    const streamId = streamOf(event as unknown as BoardEvent);
    const version = (versions.get(streamId) ?? 0) + 1;
    versions.set(streamId, version);
    return { ...event, streamId, version };
  });
}

const byType = ({ type }: BoardEvent) => `Board-${type}`;

class Log implements StreamReader {
  read: string[] = [];
  readonly ended: string[] = [];

  constructor(private readonly events: readonly EventEnvelope[]) {}

  async *readStream(
    streamId: string,
    { fromVersion = 1, toVersion = Infinity, direction = 'forward' } = {},
  ): AsyncGenerator<EventEnvelope> {
    await Promise.resolve();
    const found = this.events.filter(
      (event) => event.streamId === streamId && event.version >= fromVersion && event.version <= toVersion,
    );
    try {
      for (const event of direction === 'forward' ? found : found.toReversed()) {
        this.read.push(`${direction} ${event.version}`);
        yield event;
      }
    } finally {
      this.ended.push(streamId);
    }
  }
}

const history = [
  opened('c1', 'Ada'),
  marked('c1', 'Ada', 1),
  renamed('Ada', 'A.'),
  marked('c1', 'Ada', 2),
  marked('c1', 'Ada', 3),
];
const one = 'Board-0';

describe('foldStreams', () => {
  it('gives the fold of all events, however they are spread over streams', async () => {
    await fc.assert(
      fc.asyncProperty(boardEvents, fc.integer({ min: 1, max: 4 }), async (events, streams) => {
        const log = inStreams(events, (event) => `Board-${JSON.stringify(event).length % streams}`);
        const ids = Array.from({ length: streams }, (_, index) => `Board-${index}`);
        for (const projection of [cards, owners] as readonly Projection[]) {
          expect(await foldStreams(new Log(log), projection, ids)).toEqual(foldAll(projection, log));
        }
      }),
    );
  });

  it('folds no stream twice, and nothing of other streams', async () => {
    const log = inStreams(history, byType);
    const ids = ['Board-CardOpened', 'Board-CardMarked', 'Board-CardMarked', 'Board-Absent'];
    const folded = await foldStreams(new Log(log), cards, ids);
    expect(folded.get('c1')).toMatchObject({ owner: { name: 'Ada' }, marks: [1, 2, 3], position: 5 });
  });

  it.each([
    [0, undefined],
    [1, []],
    [2, [1]],
    [4, [1, 2]],
    [9, [1, 2, 3]],
  ])('folds up to version %s', async (version, marks) => {
    const folded = await foldStreams(new Log(logOf(history)), cards, [one], { version });
    expect(folded.get('c1')?.marks).toEqual(marks);
  });

  it('ends with the last event that is not later than an instant, even if the clock stepped back', async () => {
    const seconds = [10, 40, 20, 30, 50];
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    const log = logOf(history).map((event, index) => ({
      ...event,
      timestamp: at(seconds[index]!).toISOString(),
    }));
    const marksAt = async (second: number) =>
      (await foldStreams(new Log(log), cards, [one], { at: at(second) })).get('c1')?.marks;
    expect(await Promise.all([9, 10, 20, 30, 50].map(marksAt))).toEqual([
      undefined,
      [],
      [1],
      [1, 2],
      [1, 2, 3],
    ]);
  });

  it('reads backward only as far as it must', async () => {
    const log = new Log(logOf(history));
    await foldStreams(log, cards, [one], { at: new Date('2027-01-01') });
    expect(log.read.slice(0, 2)).toEqual(['backward 5', 'forward 1']);
  });

  it('refuses a document of two partitions, and ends all reads', async () => {
    const here = inStreams([opened('c1', 'Ada'), marked('c1', 'Ada', 1)], () => 'Board-0', 0);
    const there = inStreams([opened('c1', 'Ada'), marked('c1', 'Ada', 2)], () => 'Board-1', 1);
    const log = new Log([...here, ...there]);
    await expect(foldStreams(log, cards, ['Board-0', 'Board-1'])).rejects.toThrow(ForeignPartitionError);
    expect(log.ended.toSorted()).toEqual(['Board-0', 'Board-1']);
  });
});
