import { eventually } from '@tidemark/test-servers';
import fc from 'fast-check';
import { cards, marked, opened, owners, renamed, type BoardEvent } from '../board.fixture';
import { CheckpointReader } from '../checkpoint-reader';
import type { ProjectedDocument, Projection } from '../projection';
import { storeKinds } from '../store-bed.fixture';
import type { GenerationVerifier } from './generation-verifier';
import { GenerationsBed, group, partitions } from './generations-bed.fixture';
import { LiveGenerations } from './live-generations';
import type { Rebuild } from './rebuild';

describe.each(storeKinds)('on %s', (kind) => {
  const projections: readonly Projection[] = [cards, owners];
  let bed: GenerationsBed;

  beforeAll(async () => {
    bed = await GenerationsBed.open(kind);
  });
  afterAll(() => bed.close());
  beforeEach(() => bed.reset());

  /** Appends cards, each of which is marked once. An owner has a few cards, and sometimes gets another name. */
  function write(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const partition = i % partitions;
      const written = bed.partition(partition).length;
      const owner = `Ada-${partition}-${Math.floor(written / 20)}`;
      bed.append(
        partition,
        opened(`card-${partition}-${written}`, owner),
        marked(`card-${partition}-${written}`, owner, i),
      );
      if (written % 7 === 0) {
        bed.append(partition, renamed(owner, `Countess ${written}`));
      }
    }
  }

  async function request(name = 'cards', having = projections): Promise<Rebuild> {
    const asked = await bed.rebuilds(having).request(name, 'somebody');
    expect(asked).toMatchObject({ state: 'REQUESTED', requestedBy: 'somebody' });
    return asked as Rebuild;
  }

  async function until(state: string, { id }: Rebuild) {
    return eventually(async () => {
      const progress = await bed.rebuilds(projections).find(id);
      expect(progress).toMatchObject({ state });
      return progress!;
    });
  }

  /** Whether the group is close to the end of the log. The load waits for that, so a slow machine is not overloaded. */
  async function isCaughtUp(): Promise<boolean> {
    const feeds = await bed.feeds.all();
    return [...feeds].every(
      ([partition, { checkpoint }]) => bed.partition(partition).length - checkpoint.position < 30,
    );
  }

  /** Writes while `work` runs. */
  async function underLoad<Result>(work: () => Promise<Result>): Promise<Result> {
    let going = true;
    const writing = (async () => {
      while (going) {
        if (await isCaughtUp()) {
          write(partitions);
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    try {
      return await work();
    } finally {
      going = false;
      await writing;
    }
  }

  async function expectAllFolds(): Promise<void> {
    for (const projection of projections) {
      await bed.expectFold(projection, await bed.live(projection.name));
    }
  }

  describe('a first generation', () => {
    it('is live from the start, fed by the group, and equals the fold', async () => {
      write(20);
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await expectAllFolds();
      expect(await bed.live('cards')).toBe('cards_v1_g1');
    });
  });

  describe('a rebuild', () => {
    it('goes live under load, and both generations equal the fold', async () => {
      write(60);
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await expectAllFolds();

      const done = await underLoad(async () => until('DONE', await request()));

      expect(await bed.live('cards')).toBe('cards_v1_g2');
      expect(done).toMatchObject({
        generation: 2,
        eventsDone: expect.any(Number),
        verifiedDocuments: expect.any(Number),
      });
      expect(done.verifiedDocuments).toBeGreaterThan(0);
      await bed.expectFold(cards, 'cards_v1_g2');
      await bed.expectFold(cards, 'cards_v1_g1');
      await bed.expectFold(owners, 'owners_v1_g1');
    });

    it('ends when the group feeds the generation in every partition, even in empty ones, and no line is left', async () => {
      bed.append(0, opened('c', 'Ada'));
      bed.keeper('a', projections);
      bed.consumer('a', projections);
      await expectAllFolds();
      await until('DONE', await request());
      await eventually(async () => {
        const feeds = [...(await bed.feeds.all()).values()];
        expect(feeds).toHaveLength(partitions);
        expect(feeds.every(({ generations }) => generations.includes('cards_v1_g2'))).toBe(true);
      });
    });

    it('reports its progress, its rate and the remaining time', async () => {
      write(90);
      bed.consumer('a', projections);
      const { log, readOn } = bed.readableUntil(20);
      bed.keeper('a', projections, { pageSize: 10, log });
      await expectAllFolds();
      const rebuild = await request();
      const seen = await eventually(async () => {
        const progress = (await bed.rebuilds(projections).find(rebuild.id))!;
        expect(progress.secondsLeft).toBeGreaterThan(0);
        return progress;
      });
      expect(seen.eventsDone).toBeGreaterThan(0);
      expect(seen.eventsDone).toBeLessThan(seen.eventsTotal);
      expect(seen.eventsPerSecond).toBeGreaterThan(0);
      readOn();
      const done = await until('DONE', rebuild);
      expect(done.eventsDone).toBe(done.eventsTotal);
      expect(done).not.toHaveProperty('secondsLeft');
    });

    it('continues at another replica if one stops in the middle', async () => {
      write(150);
      bed.consumer('a', projections);
      const { log } = bed.readableUntil(20);
      const first = bed.keeper('first', projections, { pageSize: 10, log });
      await expectAllFolds();
      const rebuild = await request();
      const eventsDone = async () => (await bed.rebuilds(projections).find(rebuild.id))!.eventsDone;
      await eventually(async () => expect(await eventsDone()).toBe(20 * partitions));
      await first.stop();
      expect(await eventsDone()).toBe(20 * partitions);

      write(10);
      bed.keeper('second', projections);
      await until('DONE', rebuild);
      await bed.expectFold(cards, 'cards_v1_g2');
    });

    it('is shared by several replicas', async () => {
      write(90);
      bed.consumer('a', projections);
      for (const replica of ['a', 'b', 'c']) {
        bed.keeper(replica, projections);
      }
      await expectAllFolds();
      await underLoad(async () => {
        await until('DONE', await request('cards'));
        await until('DONE', await request('owners'));
      });
      await expectAllFolds();
    });

    it('is refused while another rebuild is under way, and for an unknown projection', async () => {
      bed.consumer('a', projections);
      await bed.registry.ensure(projections);
      await request();
      const rebuilds = bed.rebuilds(projections);
      expect(await rebuilds.request('cards', 'somebody')).toBe('rebuild_in_progress');
      expect(await rebuilds.request('unheard-of', 'somebody')).toBe('unknown_projection');
      expect(await rebuilds.rollBack('cards')).toBe('rebuild_in_progress');
      expect(await rebuilds.rollBack('owners')).toBe('no_previous_generation');
    });

    it('fails and keeps the live generation if the new documents are not the fold', async () => {
      write(30);
      bed.consumer('a', projections);
      const keeper = bed.keeper('a', projections, { sampleSize: 1_000 });
      await expectAllFolds();
      await keeper.stop();
      const forgetful: Projection = {
        ...cards,
        evolve: (card, event, id) =>
          event.type === 'CardMarked' && Math.random() < 0.5
            ? card
            : cards.evolve(card as never, event as never, id),
      };
      bed.keeper('b', [forgetful, owners], { sampleSize: 1_000 });
      const failed = await until('FAILED', await request());
      expect(failed.error).toMatch(/of \d+ documents differ from the fold/);
      expect(await bed.live('cards')).toBe('cards_v1_g1');
      expect((await bed.registry.state('cards'))!.building).toBeUndefined();
      await bed.expectFold(cards, 'cards_v1_g1');
    });

    it('is lost with the database, and all read models are filled again', async () => {
      write(60);
      bed.consumer('a', projections);
      const { log, readOn } = bed.readableUntil(20);
      bed.keeper('a', projections, { pageSize: 10, log });
      await expectAllFolds();
      await until('FILLING', await request());
      await bed.database.loseEverything();
      readOn();
      write(10);
      await eventually(async () => expect(await bed.registry.state('cards')).toBeDefined());
      await expectAllFolds();
      await until('DONE', await request());
      await expectAllFolds();
    });

    it('removes the previous generation once its time is over', async () => {
      write(30);
      bed.consumer('a', projections);
      bed.keeper('a', projections, { keepPreviousMs: 1, dropAfterMs: 1 });
      await expectAllFolds();
      await until('DONE', await request());
      await eventually(async () => {
        const state = (await bed.registry.state('cards'))!;
        expect(state).toMatchObject({ live: { generation: 2 }, retired: [] });
        expect(state.previous).toBeUndefined();
        expect(await bed.database.has('cards_v1_g1')).toBe(false);
      });
      write(5);
      await expectAllFolds();
    });
  });

  describe('a rollback', () => {
    it('makes a complete previous generation live, and can be rolled back again', async () => {
      write(30);
      bed.consumer('a', projections);
      bed.keeper('a', projections);
      await expectAllFolds();
      await until('DONE', await request());
      write(30);
      expect(await bed.rebuilds(projections).rollBack('cards')).toEqual({ version: 1, generation: 1 });
      expect(await bed.live('cards')).toBe('cards_v1_g1');
      await expectAllFolds();
      write(10);
      expect(await bed.rebuilds(projections).rollBack('cards')).toEqual({ version: 1, generation: 2 });
      await expectAllFolds();
    });

    it('is refused while the previous generation is behind the live one', async () => {
      write(30);
      const consumer = bed.consumer('a', projections);
      const keeper = bed.keeper('a', projections);
      await expectAllFolds();
      await until('DONE', await request());
      await Promise.all([consumer.stop(), keeper.stop()]);
      await bed.feeds.remove('cards_v1_g1');
      bed.consumer('b', [{ ...cards, version: 2 }, owners]);
      const asked = bed.rebuilds(projections).rollBack('cards');
      expect(await asked).toBe('previous_generation_behind');
      expect(await bed.live('cards')).toBe('cards_v1_g2');
    });
  });

  describe('a raised version', () => {
    /** A newer version of `cards`, which adds a field to each document. */
    const newer: Projection = {
      ...cards,
      version: 2,
      evolve: (card, event, id) => {
        const evolved = cards.evolve(card as never, event as never, id);
        return evolved && { ...evolved, shout: evolved.owner.name.toUpperCase() };
      },
    };
    const release = [newer, owners];

    it('is filled while the previous release runs, goes live, and is then fed by the group', async () => {
      write(60);
      const old = bed.consumer('old', projections);
      const oldKeeper = bed.keeper('old', projections);
      await expectAllFolds();

      await underLoad(async () => {
        bed.keeper('new', release);
        const [rebuild] = await bed.rebuilds(release).requestRaised();
        expect(rebuild).toMatchObject({ projection: 'cards', version: 2, requestedBy: 'deployment' });
        await until('DONE', rebuild!);
        expect(await bed.live('cards')).toBe('cards_v2_g2');
        // Both releases run for a while. Each feeds the generations that its code can fold.
        await eventually(async () => {
          const [feed] = [...(await bed.feeds.all()).values()];
          expect(feed!.generations).toEqual(expect.arrayContaining(['cards_v1_g1', 'owners_v1_g1']));
        });
        await Promise.all([old.stop(), oldKeeper.stop()]);
        bed.consumer('new', release);
        await eventually(
          async () => {
            for (const { generations } of (await bed.feeds.all()).values()) {
              expect([...generations].sort()).toEqual(['cards_v2_g2', 'owners_v1_g1']);
            }
          },
          { withinMs: 15_000 },
        );
      });
      await bed.expectFold(newer, 'cards_v2_g2');
      await bed.expectFold(owners, 'owners_v1_g1');
      // No replica has the code of the previous generation any more, so a rollback is not possible.
      expect(await bed.rebuilds(release).rollBack('cards')).toBe('previous_generation_behind');
    });

    it('is not requested by a release that is older than the live generation', async () => {
      write(10);
      bed.consumer('new', release);
      bed.keeper('new', release);
      await eventually(async () => expect(await bed.live('cards')).toBe('cards_v2_g1'));
      const outdated = bed.rebuilds(projections);
      expect(await outdated.requestRaised()).toEqual([]);
      expect(await outdated.request('cards', 'somebody')).toBe('outdated_replica');
    });
  });

  describe('readers', () => {
    it('follow every flip, and never read older data than they were promised', async () => {
      write(30);
      bed.consumer('a', projections);
      bed.keeper('a', projections);
      await expectAllFolds();
      const live = new LiveGenerations({ store: bed.store, group, pollIntervalMs: 5 });
      const checkpoints = new CheckpointReader({
        store: bed.store,
        group,
        log: bed.log,
        live,
        pollIntervalMs: 2,
      });
      live.start();
      const seen = new Set<string>();
      let reads = 0;
      let going = true;
      const reading = Promise.all(
        Array.from({ length: partitions * 4 }, async (_, reader) => {
          const partition = reader % partitions;
          while (going) {
            const card = `read-${partition}-${bed.partition(partition).length}`;
            const position = bed.append(partition, opened(card, `Reader-${partition}`));
            expect(await checkpoints.waitFor([{ partition, position }], 5_000)).toBe(true);
            const generation = (await live.current()).get('cards')!;
            expect(await bed.documents.load(generation, [card])).toHaveLength(1);
            seen.add(generation);
            reads += 1;
          }
        }),
      );
      try {
        await eventually(() => expect(seen.has('cards_v1_g1')).toBe(true));
        await until('DONE', await request());
        await eventually(() => expect(seen.has('cards_v1_g2')).toBe(true));
        await eventually(async () =>
          expect(await bed.rebuilds(projections).rollBack('cards')).toMatchObject({ generation: 1 }),
        );
        await until('DONE', await request());
        await eventually(() =>
          expect([...seen].sort()).toEqual(['cards_v1_g1', 'cards_v1_g2', 'cards_v1_g3']),
        );
      } finally {
        going = false;
        await reading;
        await live.stop();
      }
      expect(reads).toBeGreaterThan(20);
    });
  });

  describe('verification', () => {
    const verifierOf = (generation: string) => bed.verifier(cards, generation);

    async function allDrifts(verifier: GenerationVerifier) {
      const found = [];
      let checked = 0;
      for (let partition = 0; partition < partitions; partition += 1) {
        const findings = await verifier.all(partition);
        checked += findings.checked;
        found.push(...findings.drifts);
      }
      return { checked, drifts: found.map(({ id, kind }) => `${id} ${kind}`).sort() };
    }

    it('finds no fault in correct documents, even under load', async () => {
      write(60);
      bed.consumer('a', projections);
      bed.keeper('a', projections);
      await expectAllFolds();
      await underLoad(async () => {
        for (let round = 0; round < 5; round += 1) {
          const { checked, drifts } = await allDrifts(verifierOf('cards_v1_g1'));
          expect(drifts).toEqual([]);
          expect(checked).toBeGreaterThanOrEqual(60);
          const sampled = await verifierOf('cards_v1_g1').sample(1, 10);
          expect(sampled.checked).toBeGreaterThan(0);
          expect(sampled.drifts).toEqual([]);
        }
      });
    });

    it('finds missing, different and unexpected documents, and heals them under load', async () => {
      write(60);
      bed.consumer('a', projections);
      bed.keeper('a', projections);
      await expectAllFolds();
      const all = { partition: 1, where: {}, before: Number.MAX_SAFE_INTEGER, limit: 2 };
      const [missing, different] = await bed.documents.match('cards_v1_g1', all);
      expect(await bed.documents.remove('cards_v1_g1', missing!)).toBe(true);
      const { put } = bed.database;
      await put('cards_v1_g1', { ...different!, marks: [9_999] } as ProjectedDocument);
      const stray = { _id: 'stray', partition: 1, position: 1, marks: [], owner: { id: '', name: '' } };
      await put('cards_v1_g1', stray as ProjectedDocument);

      await underLoad(async () => {
        const verifier = verifierOf('cards_v1_g1');
        const { drifts } = await allDrifts(verifier);
        expect(drifts).toEqual(
          [`${missing!._id} missing`, `${different!._id} different`, 'stray unexpected'].sort(),
        );
        for (const id of [missing!._id, different!._id, 'stray']) {
          expect(await verifier.heal({ partition: 1, id })).toBe(true);
        }
      });
      await expectAllFolds();
      expect((await allDrifts(verifierOf('cards_v1_g1'))).drifts).toEqual([]);
    });
  });

  describe('any log at any pace', () => {
    const event = fc.tuple(
      fc.constantFrom('open', 'mark', 'rename'),
      fc.constantFrom('x', 'y', 'z'),
      fc.integer({ min: 1, max: 9 }),
    );

    /** The first event on a card opens it, so the domain could have written every log. */
    function story(partition: number, choices: readonly (readonly [string, string, number])[]): BoardEvent[] {
      const open = new Set<string>();
      const owner = `o-${partition}`;
      return choices.map(([what, letter, number]) => {
        const card = `${letter}-${partition}`;
        if (what === 'rename') {
          return renamed(owner, `name ${number}`);
        }
        const isNew = !open.has(card);
        open.add(card);
        return isNew ? opened(card, owner) : marked(card, owner, number);
      });
    }

    it('gives every generation exactly the fold, whether the group or a line feeds it', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(event, { maxLength: 60 }), { minLength: partitions, maxLength: partitions }),
          fc.integer({ min: 1, max: 15 }),
          fc.integer({ min: 1, max: 15 }),
          async (choices, batchSize, pageSize) => {
            await bed.reset();
            const stories = choices.map((chosen, partition) => story(partition, chosen));
            stories.forEach((events, partition) =>
              bed.append(partition, ...events.slice(0, events.length / 2)),
            );
            bed.consumer('a', projections, { batchSize });
            bed.keeper('a', projections, { pageSize });
            await bed.registry.ensure(projections);
            const rebuild = await request();
            for (const [partition, events] of stories.entries()) {
              for (const next of events.slice(Math.floor(events.length / 2))) {
                bed.append(partition, next);
                await new Promise((resolve) => setImmediate(resolve));
              }
            }
            await until('DONE', rebuild);
            await bed.expectFold(cards, 'cards_v1_g2');
            await bed.expectFold(cards, 'cards_v1_g1');
            await bed.expectFold(owners, 'owners_v1_g1');
          },
        ),
        { numRuns: 15 },
      );
    });
  });
});
