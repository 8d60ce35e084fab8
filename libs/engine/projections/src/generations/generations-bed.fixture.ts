import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import type { GroupStore, LogReader } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { cardModel, logOf, ownerModel, type BoardEvent } from '../board.fixture';
import { foldAll } from '../fold';
import type { Projection } from '../projection';
import { openStoreBed, type StoreBed, type StoreKind } from '../store-bed.fixture';
import { GenerationVerifier } from './generation-verifier';
import { abilityOf, generationName } from './generation';
import { GenerationKeeper, type GenerationKeeperOptions } from './generation-keeper';
import type { FeedStore } from './feed-store';
import { GenerationFeeds, hasPassed } from './generation-feeds';
import { GenerationRegistry } from './generation-registry';
import { GenerationsConsumer } from './generations-consumer.fixture';
import { GroupFeed, type GroupFeedOptions } from './group-feed';
import { Rebuilds } from './rebuilds';

export const group = 'projections';
export const partitions = 3;

/** A codec that changes nothing, because every event is stored in its current version here. */
const codec: Pick<EventCodec, 'decode'> = { decode: ({ type, data }) => ({ type, data }) };

/** What a service makes at start. */
const places = { cards_v1_g1: cardModel, owners_v1_g1: ownerModel, cards_v2_g1: cardModel };

/** A growing log in memory, and everything else in a separate database. */
export class GenerationsBed {
  readonly store: StoreBed['store'];
  readonly feeds: FeedStore;
  readonly registry: GenerationRegistry;
  readonly documents: StoreBed['store']['documents'];
  private readonly events = new Map<number, EventEnvelope[]>();
  private readonly appendedAt = new Map<EventEnvelope, number>();
  private readonly running: { stop(): Promise<void> }[] = [];

  static async open(kind: StoreKind): Promise<GenerationsBed> {
    return new GenerationsBed(await openStoreBed(kind, places));
  }

  private constructor(readonly database: StoreBed) {
    const { store } = database;
    this.store = store;
    this.feeds = store.feeds(group);
    this.registry = new GenerationRegistry(store);
    this.documents = store.documents;
  }

  readonly log = {
    readPartition: (partition: number, from: number, limit: number): Promise<EventEnvelope[]> =>
      Promise.resolve(this.partition(partition).slice(from - 1, from - 1 + limit)),
    heads: (): Promise<ReadonlyMap<number, number>> =>
      Promise.resolve(new Map([...this.events].map(([partition, { length }]) => [partition, length]))),
  };

  /** The log of a replica that can't read a partition beyond a position until the test allows it. */
  readableUntil(last: number): { readonly log: LogReader; readOn(): void } {
    let end = last;
    const readPartition: LogReader['readPartition'] = (partition, from, limit) =>
      from < end
        ? this.log.readPartition(partition, from, limit)
        : Promise.reject(new Error(`can't read on from ${last} yet`));
    return { log: { ...this.log, readPartition }, readOn: () => void (end = Infinity) };
  }

  /** Returns the position of the last event. */
  append(partition: number, ...events: readonly BoardEvent[]): number {
    return this.appendTo(`Board-${partition}`, partition, ...events);
  }

  appendTo(streamId: string, partition: number, ...events: readonly BoardEvent[]): number {
    const written = this.partition(partition) as EventEnvelope[];
    for (const event of logOf(events, partition)) {
      const position = written.length + 1;
      const eventId = `${partition}-${position}`;
      const stored = { ...event, streamId, position, version: position, eventId };
      written.push(stored);
      this.appendedAt.set(stored, performance.now());
    }
    return written.length;
  }

  partition(partition: number): readonly EventEnvelope[] {
    return this.events.get(partition)!;
  }

  /** How long the event has been in the log, in milliseconds. */
  ageOf(event: EventEnvelope): number {
    return performance.now() - this.appendedAt.get(event)!;
  }

  /** Stops everything that runs, and removes all data. */
  async reset(): Promise<void> {
    await this.stopAll();
    this.events.clear();
    for (let partition = 0; partition < partitions; partition += 1) {
      this.events.set(partition, []);
    }
    await this.database.loseEverything();
  }

  async close(): Promise<void> {
    await this.stopAll();
    await this.database.close();
  }

  rebuilds(projections: readonly Projection[]): Rebuilds {
    return new Rebuilds({ store: this.store, group, projections, registry: this.registry, log: this.log });
  }

  /** A replica that maintains generations. */
  keeper(
    owner: string,
    projections: readonly Projection[],
    options: Partial<GenerationKeeperOptions> = {},
  ): GenerationKeeper {
    const keeper = new GenerationKeeper({
      store: this.store,
      group,
      projections,
      registry: this.registry,
      documents: this.documents,
      log: this.log,
      codec,
      partitions,
      owner,
      prepare: async (model, generation) => {
        await this.documents.prepare(model === 'cards' ? cardModel : ownerModel, generation);
      },
      // The lease is long enough to be renewed on a machine that is busy with other tests.
      leaseMs: 3_000,
      pollIntervalMs: 5,
      keepIntervalMs: 5,
      claimMs: 500,
      ...options,
    });
    this.running.push(keeper);
    keeper.start();
    return keeper;
  }

  /** The group's leases, as a replica with these projections takes them. */
  leases(projections: readonly Projection[]): GroupStore {
    return this.store.group(group, projections.map(abilityOf));
  }

  /** A replica in the consumer group, all of whose partitions are its own until it is stopped. */
  consumer(owner: string, projections: readonly Projection[], { batchSize = 10 } = {}): GenerationsConsumer {
    const consumer = new GenerationsConsumer(this, owner, projections, batchSize);
    this.running.push(consumer);
    consumer.start();
    return consumer;
  }

  handler(projections: readonly Projection[], options: Partial<GroupFeedOptions> = {}): GroupFeed {
    return new GroupFeed({
      store: this.store,
      group,
      projections,
      registry: this.registry,
      documents: this.documents,
      parked: this.store.parked(group),
      log: this.log,
      codec,
      ...options,
    });
  }

  verifier(projection: Projection, generation: string): GenerationVerifier {
    const { store, documents, log } = this;
    return new GenerationVerifier({
      store,
      group,
      generation,
      projection,
      documents,
      log,
      codec,
      chunkSize: 10,
    });
  }

  async live(name: string): Promise<string> {
    const state = await eventually(
      async () => (await this.registry.state(name)) ?? Promise.reject(new Error(name)),
    );
    return generationName(name, state.live);
  }

  /**
   * Waits until the generation reports that it has the whole log. Its documents must then be exactly the fold of the
   * log.
   */
  async expectFold(projection: Projection, generation: string): Promise<void> {
    const feeds = new GenerationFeeds(this.store, group);
    await eventually(async () => hasPassed(await feeds.positionsOf(generation), await this.log.heads()));
    const log = Array.from({ length: partitions }, (_, partition) => this.partition(partition)).flat();
    const expected = [...foldAll(projection, log).values()].sort((a, b) => (a._id < b._id ? -1 : 1));
    const stored = await this.database.stored(generation);
    expect(stored.map(content)).toEqual(expected.map(content));
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.running.splice(0).map((one) => one.stop()));
  }
}

/** The position of a healed document differs from that of a document that was folded event by event. */
function content(document: object): object {
  return { ...document, position: undefined };
}
