import { parkedStream, movedOn, type Checkpoint, type Lease, type ParkedStream } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { cards, marked, opened, renamed } from '../board.fixture';
import type { ParkedStreams } from '../parked-streams';
import type { ProjectedDocument } from '../projection';
import { storeKinds } from '../store-bed.fixture';
import { GenerationsBed, group } from './generations-bed.fixture';
import { generationName } from './generation';
import type { GroupFeed } from './group-feed';
import type { Rebuild } from './rebuild';

describe.each(storeKinds)('on %s', (kind) => {
  const projections = [cards];
  const partition = 0;
  const { signal } = new AbortController();
  let bed: GenerationsBed;
  let lease: Lease;
  let handler: GroupFeed;
  let parked: ParkedStreams;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    await bed.reset();
    parked = bed.store.parked(group);
    handler = bed.handler(projections);
  });

  function at(position: number): Checkpoint {
    return { position, ...(position > 0 && { eventId: bed.partition(partition)[position - 1]!.eventId }) };
  }

  /** Lets the group apply the log, except for the stream of the event at `position`, which it parks. */
  async function goThrough(position: number): Promise<ParkedStream> {
    await bed.registry.ensure(projections);
    const store = bed.leases(projections);
    lease = (await store.acquire(partition, 'owner', 600_000))!;
    const log = bed.partition(partition);
    const isLeftOut = ({ streamId }: (typeof log)[number]) => streamId === log[position - 1]!.streamId;
    const pass = (after: number, to: number) => {
      const events = log.slice(after, to).filter((event) => after < position || !isLeftOut(event));
      return handler.handle({ lease, after: at(after), to: at(to), events }, signal);
    };
    await pass(0, position - 1);
    const failure = { error: new Error('a dependency was unavailable'), attempts: 1 };
    const stream = parkedStream(group, lease, log[position - 1]!, failure, '2026-01-01T00:00:00.000Z');
    await parked.park(lease, stream, at(position - 1), at(position));
    await pass(position, log.length);
    return stream;
  }

  async function retry(stream: ParkedStream): Promise<void> {
    const log = bed.partition(partition);
    await handler.handleParked(
      {
        lease,
        checkpoint: at(log.length),
        events: log.filter(
          (event) => event.streamId === stream.streamId && event.position >= stream.event.position,
        ),
        from: stream,
        to: movedOn(stream, undefined, 'owner', '2026-01-02T00:00:00.000Z'),
        isLeftOut: () => false,
      },
      signal,
    );
  }

  async function damage(generation: string, id: string, marks: readonly number[]): Promise<void> {
    const [card] = await bed.documents.load(generation, [id]);
    await bed.database.put(generation, { ...card!, marks } as ProjectedDocument);
  }

  const verifier = (generation: string) => bed.verifier(cards, generation);

  async function rebuilt(): Promise<string> {
    const rebuild = (await bed.rebuilds(projections).request('cards', 'somebody')) as Rebuild;
    bed.keeper('a', projections, { sampleSize: 1_000 });
    await eventually(async () => {
      expect(await bed.rebuilds(projections).find(rebuild.id)).toMatchObject({ state: 'DONE' });
    });
    return generationName('cards', rebuild);
  }

  describe('a waiting event', () => {
    beforeEach(() => {
      bed.append(partition, opened('c1', 'Ada'), opened('c2', 'Ada'), opened('c3', 'Bob'));
      bed.appendTo('Card-c1', partition, marked('c1', 'Ada', 1));
      bed.append(partition, marked('c2', 'Ada', 2));
      bed.appendTo('Card-c1', partition, marked('c1', 'Ada', 3));
    });

    it('does not count as drift and is not healed away, with or without its effect, until its retry', async () => {
      const stream = await goThrough(4);
      const generation = await rebuilt();

      for (const name of ['cards_v1_g1', generation]) {
        const { checked, drifts } = await verifier(name).all(partition);
        expect({ name, checked, drifts }).toEqual({ name, checked: 3, drifts: [] });
      }
      expect(await verifier(generation).heal({ partition, id: 'c1' })).toBe(false);
      expect(await bed.documents.load(generation, ['c1'])).toMatchObject([{ marks: [1, 3] }]);
      expect(await bed.documents.load('cards_v1_g1', ['c1'])).toMatchObject([{ marks: [] }]);

      await retry(stream);
      await bed.expectFold(cards, generation);
      await bed.expectFold(cards, 'cards_v1_g1');
      expect(await verifier(generation).heal({ partition, id: 'c1' })).toBe(true);
    });

    it('stays in the document after its retry, when later events are folded', async () => {
      await retry(await goThrough(4));
      const after = at(bed.partition(partition).length);
      const to = at(bed.append(partition, marked('c1', 'Ada', 9), marked('c2', 'Ada', 9)));
      const events = bed.partition(partition).slice(after.position);
      await handler.handle({ lease, after, to, events }, signal);
      await bed.expectFold(cards, 'cards_v1_g1');
    });

    it('does not hide drift in documents that it does not concern', async () => {
      await goThrough(4);
      await damage('cards_v1_g1', 'c2', []);
      const { drifts } = await verifier('cards_v1_g1').all(partition);
      expect(drifts).toMatchObject([{ id: 'c2', kind: 'different' }]);
    });

    it('concerns all matching documents if it selects by fields', async () => {
      const renaming = bed.appendTo('Owner-Ada', partition, renamed('Ada', 'Countess'));
      await goThrough(renaming);
      const generation = await rebuilt();
      expect((await verifier(generation).all(partition)).drifts).toEqual([]);
      await damage(generation, 'c3', [7]);
      expect((await verifier(generation).all(partition)).drifts).toMatchObject([{ id: 'c3' }]);
    });
  });
});
