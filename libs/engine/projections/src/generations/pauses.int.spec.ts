import {
  movedOn,
  parkedStream,
  silentLogger,
  type Checkpoint,
  type Lease,
  type ParkedStream,
} from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import fc from 'fast-check';
import { cards, marked, opened, owners } from '../board.fixture';
import { CheckpointReader } from '../checkpoint-reader';
import type { Projection } from '../projection';
import { storeKinds } from '../store-bed.fixture';
import { generationName } from './generation';
import { GenerationFeeds } from './generation-feeds';
import { GenerationsBed, group, partitions } from './generations-bed.fixture';
import { LiveGenerations } from './live-generations';
import { Pauses } from './pauses';
import { dyingAfter } from './dying-store.fixture';
import { GenerationRegistry } from './generation-registry';
import type { Rebuild } from './rebuild';
import { ServingGate } from './serving-gate';

const request = { by: 'ada', reason: 'the addresses are wrong' };

describe.each(storeKinds)('on %s', (kind) => {
  const projections: readonly Projection[] = [cards, owners];
  let bed: GenerationsBed;
  let pauses: Pauses;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(async () => {
    await bed.reset();
    pauses = new Pauses({ store: bed.store, group, registry: bed.registry });
  });

  function write(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const partition = i % partitions;
      const card = `card-${partition}-${bed.partition(partition).length}`;
      bed.append(partition, opened(card, `Ada-${partition}`), marked(card, `Ada-${partition}`, i));
    }
  }

  const positions = (generation: string) => new GenerationFeeds(bed.store, group).positionsOf(generation);

  async function isInGroup(generation: string): Promise<boolean> {
    const feeds = [...(await bed.feeds.all()).values()];
    return feeds.length === partitions && feeds.every(({ generations }) => generations.includes(generation));
  }

  async function atRest(): Promise<void> {
    await eventually(async () => {
      expect(await pauses.all()).toMatchObject([{ projection: 'cards', isAtRest: true }]);
    });
  }

  const joined = (generation: string) =>
    eventually(async () => expect(await isInGroup(generation)).toBe(true));

  describe('a paused projection', () => {
    it('stands still while the others continue, and catches up when it is resumed', async () => {
      write(12);
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await bed.expectFold(cards, 'cards_v1_g1');
      await joined('cards_v1_g1');

      expect(await pauses.pause('cards', request)).toMatchObject({ projection: 'cards', ...request });
      await atRest();
      const before = await positions('cards_v1_g1');
      expect(before).toEqual(await bed.log.heads());
      const documents = await bed.database.stored('cards_v1_g1');
      write(30);
      await bed.expectFold(owners, 'owners_v1_g1');
      expect(await positions('cards_v1_g1')).toEqual(before);
      expect(await bed.database.stored('cards_v1_g1')).toEqual(documents);
      expect(await bed.verifier(cards, 'cards_v1_g1').all(0)).toMatchObject({ drifts: [] });

      expect(await pauses.resume('cards')).toBe('resumed');
      await bed.expectFold(cards, 'cards_v1_g1');
      await joined('cards_v1_g1');
      expect(await pauses.all()).toEqual([]);
    });

    it('stays paused in replicas that start later, and in those that own no partition', async () => {
      write(12);
      const keeper = bed.keeper('a', projections);
      const consumer = bed.consumer('a', projections);
      await bed.expectFold(cards, 'cards_v1_g1');
      await pauses.pause('cards', request);
      await atRest();
      await Promise.all([keeper.stop(), consumer.stop()]);
      const before = await positions('cards_v1_g1');

      bed.keeper('b', projections);
      bed.keeper('c', projections);
      bed.consumer('b', projections);
      write(12);
      await bed.expectFold(owners, 'owners_v1_g1');
      expect(await positions('cards_v1_g1')).toEqual(before);
      await pauses.resume('cards');
      await bed.expectFold(cards, 'cards_v1_g1');
    });

    it('leaves the group again if a line lets it join', async () => {
      write(6);
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await bed.expectFold(cards, 'cards_v1_g1');
      await pauses.pause('cards', request);
      await atRest();
      const { checkpoint } = (await bed.feeds.find(0))!;
      expect(await bed.feeds.join(0, 'cards_v1_g1', checkpoint.position)).toBe(true);
      await atRest();
    });

    it('is rebuilt when it is resumed, and not rolled back before', async () => {
      write(12);
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await bed.expectFold(cards, 'cards_v1_g1');
      await pauses.pause('cards', request);
      const rebuild = (await bed.rebuilds(projections).request('cards', 'ada')) as Rebuild;
      expect(await bed.rebuilds(projections).rollBack('cards')).toBe('projection_paused');
      await atRest();
      expect(await bed.registry.flip('cards', rebuild.generation)).toBe(false);
      expect(await bed.rebuilds(projections).find(rebuild.id)).toMatchObject({ state: 'REQUESTED' });
      expect(await bed.live('cards')).toBe('cards_v1_g1');

      await pauses.resume('cards');
      await eventually(async () => {
        expect(await bed.rebuilds(projections).find(rebuild.id)).toMatchObject({ state: 'DONE' });
      });
      expect(await bed.live('cards')).toBe(generationName('cards', rebuild));
      await bed.expectFold(cards, generationName('cards', rebuild));
    });

    it('does not keep a release with a raised version from serving the others', async () => {
      const raised = [{ ...cards, version: 2 }, owners];
      await bed.registry.ensure(projections);
      await pauses.pause('cards', request);
      const gate = new ServingGate({ registry: bed.registry, projections: raised });
      await new Promise<void>((resolve) => gate.whenOpen(resolve));
      await gate.close();
      expect(gate.isOpen).toBe(true);
    });

    it('has a reason and a name that exists', async () => {
      await bed.registry.ensure(projections);
      expect(await pauses.pause('cards', { by: 'ada', reason: ' ' })).toBe('reason_missing');
      expect(await pauses.pause('unheard-of', request)).toBe('unknown_projection');
      expect(await pauses.resume('unheard-of')).toBe('unknown_projection');
      expect(await pauses.resume('cards')).toBe('not_paused');
      const first = await pauses.pause('cards', request);
      const second = await pauses.pause('cards', { by: 'bob', reason: 'still wrong' });
      expect(second).toMatchObject({ by: 'bob', since: (first as { since: Date }).since });
    });

    it('is paused everywhere or nowhere, after whichever call the accepting replica dies', async () => {
      const outcomes = new Set<string>();
      for (let calls = 0, isDone = false; !isDone; calls += 1) {
        await bed.reset();
        write(6);
        bed.keeper('a', projections);
        bed.consumer('a', projections);
        await bed.expectFold(cards, 'cards_v1_g1');
        await joined('cards_v1_g1');
        const store = dyingAfter(calls, bed.store);
        const registry = new GenerationRegistry(store);
        isDone = await new Pauses({ store, group, registry }).pause('cards', request).then(
          () => true,
          () => false,
        );
        write(6);
        const isPaused = (await pauses.all()).length > 0;
        outcomes.add(`${isDone} ${isPaused}`);
        if (isPaused) {
          await atRest();
          await pauses.resume('cards');
        }
        await bed.expectFold(cards, 'cards_v1_g1');
        await bed.expectFold(owners, 'owners_v1_g1');
      }
      expect([...outcomes]).toEqual(['false false', 'false true', 'true true']);
    });

    it('ends in the fold of the log, whatever dies, stops and starts between two steps', async () => {
      const step = fc.oneof(
        fc.constantFrom('write', 'write', 'pause', 'resume', 'new keeper', 'new consumer'),
        // The number of calls to the store after which a keeper dies. The keeper's leases run out later.
        fc.integer({ min: 0, max: 60 }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
          await bed.reset();
          await bed.registry.ensure(projections);
          let keeper = bed.keeper('k', projections);
          let consumer = bed.consumer('c', projections);
          for (const [index, act] of steps.entries()) {
            if (typeof act === 'number') {
              await keeper.stop();
              const store = dyingAfter(act, bed.store);
              const registry = new GenerationRegistry(store);
              const { documents } = store;
              const dying = { store, registry, documents, leaseMs: 300 };
              keeper = bed.keeper(`k${index}`, projections, dying);
            } else if (act === 'write') {
              write(5);
            } else if (act === 'pause') {
              await pauses.pause('cards', request);
            } else if (act === 'resume') {
              await pauses.resume('cards');
            } else if (act === 'new keeper') {
              await keeper.stop();
              keeper = bed.keeper(`k${index}`, projections);
            } else {
              await consumer.stop();
              consumer = bed.consumer(`c${index}`, projections);
            }
          }
          write(3);
          bed.keeper('last', projections);
          await bed.expectFold(owners, 'owners_v1_g1');
          await pauses.resume('cards');
          await bed.expectFold(cards, 'cards_v1_g1');
        }),
        { numRuns: 15 },
      );
    });
  });

  describe('a stream that was parked when the projection was paused', () => {
    const partition = 0;
    const { signal } = new AbortController();
    let lease: Lease;

    function at(position: number): Checkpoint {
      return { position, ...(position > 0 && { eventId: bed.partition(partition)[position - 1]!.eventId }) };
    }

    /** The group takes the log, and parks the stream of the event at `position`. */
    async function parkAt(position: number): Promise<ParkedStream> {
      await bed.registry.ensure(projections);
      lease = (await bed.leases(projections).acquire(partition, 'owner', 600_000))!;
      const handler = bed.handler(projections);
      const log = bed.partition(partition);
      const { streamId } = log[position - 1]!;
      await handler.handle(
        { lease, after: at(0), to: at(position - 1), events: log.slice(0, position - 1) },
        signal,
      );
      const failure = { error: new Error('a fault of the projection'), attempts: 1 };
      const stream = parkedStream(group, lease, log[position - 1]!, failure, '2026-01-01T00:00:00.000Z');
      await bed.store.parked(group).park(lease, stream, at(position - 1), at(position));
      const rest = log.slice(position).filter((event) => event.streamId !== streamId);
      await handler.handle({ lease, after: at(position), to: at(log.length), events: rest }, signal);
      return stream;
    }

    async function retry(stream: ParkedStream): Promise<void> {
      const { checkpoint } = (await bed.feeds.find(partition))!;
      const events = bed
        .partition(partition)
        .filter(
          ({ streamId, position }) => streamId === stream.streamId && position >= stream.event.position,
        );
      const to = movedOn(stream, undefined, 'owner', '2026-01-02T00:00:00.000Z');
      await bed
        .handler(projections)
        .handleParked({ lease, checkpoint, events, from: stream, to, isLeftOut: () => false }, signal);
    }

    /** The group passes everything that was written since. */
    async function pass(): Promise<void> {
      const { checkpoint } = (await bed.feeds.find(partition))!;
      const events = bed.partition(partition).slice(checkpoint.position);
      await bed
        .handler(projections)
        .handle({ lease, after: checkpoint, to: at(bed.partition(partition).length), events }, signal);
    }

    const owed = async () => (await bed.registry.state('cards'))?.owed;

    /** The other partitions are empty, and no replica has them. */
    async function expectFolds(): Promise<void> {
      await eventually(async () => {
        expect((await bed.feeds.find(partition))!.generations).toContain('cards_v1_g1');
        expect(await owed()).toBeUndefined();
      });
      await bed.expectFold(cards, 'cards_v1_g1');
      await bed.expectFold(owners, 'owners_v1_g1');
    }

    beforeEach(() => {
      bed.append(partition, opened('c1', 'Ada'), opened('c2', 'Ada'));
      bed.appendTo('Card-c1', partition, marked('c1', 'Ada', 1));
      bed.append(partition, marked('c2', 'Ada', 2), marked('c1', 'Ada', 3));
    });

    it('reaches the projection after its resumption, if it was retried during the pause', async () => {
      const stream = await parkAt(3);
      await pauses.pause('cards', request);
      expect(await owed()).toMatchObject([{ generation: 'cards_v1_g1', partition }]);
      await retry(stream);
      expect(await bed.verifier(cards, 'cards_v1_g1').all(partition)).toEqual({ checked: 0, drifts: [] });
      bed.append(partition, marked('c1', 'Ada', 9));
      await pass();
      await bed.expectFold(owners, 'owners_v1_g1');
      await pauses.resume('cards');
      bed.keeper('a', projections);
      await expectFolds();
    });

    it('is awaited by reads that must see it, until the projection has it', async () => {
      const stream = await parkAt(3);
      await pauses.pause('cards', request);
      await retry(stream);
      const live = new LiveGenerations({ store: bed.store, group });
      const reader = new CheckpointReader({ store: bed.store, group, log: bed.log, live });
      const contains = (readModel: string, timeoutMs: number) =>
        reader.waitFor([{ partition, position: 3 }], timeoutMs, { readModels: [readModel] });
      expect(await contains('owners', 0)).toBe(true);
      expect(await contains('cards', 50)).toBe(false);
      await pauses.resume('cards');
      bed.keeper('a', projections);
      expect(await contains('cards', 10_000)).toBe(true);
      expect(await bed.documents.load('cards_v1_g1', ['c1'])).toMatchObject([{ marks: [1, 3] }]);
    });

    it('reaches it also if it is retried after the projection has joined again', async () => {
      const stream = await parkAt(3);
      await pauses.pause('cards', request);
      await pauses.resume('cards');
      bed.keeper('a', projections);
      await eventually(async () => {
        expect((await bed.feeds.find(partition))!.generations).toContain('cards_v1_g1');
      });
      expect(await owed()).toHaveLength(1);
      await retry(stream);
      await expectFolds();
    });

    it.each([0, 5, 10, 15, 20, 25, 30, 40, 50, 60])(
      'reaches it, if the replica that applies it dies after %d calls to the store',
      async (calls) => {
        const stream = await parkAt(3);
        await pauses.pause('cards', request);
        await retry(stream);
        await pauses.resume('cards');
        const store = dyingAfter(calls, bed.store);
        const registry = new GenerationRegistry(store);
        let failures = 0;
        const logger = { ...silentLogger, warn: () => (failures += 1), error: () => (failures += 1) };
        const { documents } = store;
        const dying = bed.keeper('dying', projections, { store, registry, documents, logger, leaseMs: 300 });
        await eventually(() => expect(failures).toBeGreaterThan(0));
        await dying.stop();
        bed.keeper('next', projections);
        await expectFolds();
      },
    );

    it('is left out of the projection until then, as in the others', async () => {
      await parkAt(3);
      await pauses.pause('cards', request);
      await pauses.resume('cards');
      bed.keeper('a', projections);
      await eventually(async () => {
        expect((await bed.feeds.find(partition))!.generations).toContain('cards_v1_g1');
      });
      expect(await bed.documents.load('cards_v1_g1', ['c1'])).toMatchObject([{ marks: [3] }]);
    });

    it('is no matter for a stream that is parked during the pause', async () => {
      await pauses.pause('cards', request);
      await bed.registry.ensure(projections);
      await pauses.pause('cards', request);
      const stream = await parkAt(3);
      await retry(stream);
      expect(await owed()).toBeUndefined();
      await pauses.resume('cards');
      bed.keeper('a', projections);
      await expectFolds();
    });
  });
});
