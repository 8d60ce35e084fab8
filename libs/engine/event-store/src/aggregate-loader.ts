import { streamIdOf, type Aggregate, type DomainEvent } from '@tidemark/kernel';
import { LRUCache } from 'lru-cache';
import type { EventStore } from './event-store';
import type { Snapshots } from './snapshots';
import { assertStorable } from './storable';

/** An aggregate as its events made it, and where in the log it was read. */
export interface LoadedAggregate<State> {
  readonly state: State;
  /** 0 when the stream does not exist; partition and position are then absent. */
  readonly version: number;
  readonly partition?: number;
  readonly position?: number;
}

export interface AggregateLoaderOptions {
  readonly store: EventStore;
  /** None by default: every cold load folds the whole stream. */
  readonly snapshots?: Snapshots;
  /** Events between two snapshots, by stream type where it is not 50; 0: none. */
  readonly snapshotEvery?: Readonly<Record<string, number>>;
  /**
   * Aggregates that stay in memory, the ones used last; 10,000 by default, fewer when many are of long streams; 0:
   * none.
   */
  readonly cacheSize?: number;
  /** A snapshot that could not be made or used. Whatever asked for it went on without. */
  readonly onSnapshotFault?: (streamId: string, fault: unknown) => void;
}

const defaultSnapshotEvery = 50;

/**
 * A state can be no larger than what its events brought, and states are bounded: beyond so many events they don't grow.
 * At 100 bytes an event, 10,000 aggregates of 50 events are 50 MB.
 */
const heaviest = 250;
const meanWeight = 50;

/**
 * Aggregates from the log, by way of memory and snapshots. Both only ever stand for a beginning of the stream: what
 * came after is read and folded on top, so that `load` always has what was committed before it was called.
 */
export class AggregateLoader {
  private readonly cache: LRUCache<string, LoadedAggregate<unknown>> | undefined;
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly options: AggregateLoaderOptions) {
    const { cacheSize = 10_000 } = options;
    this.cache = cacheSize > 0 ? new LRUCache(cacheOptions(cacheSize)) : undefined;
  }

  /** The aggregate as it is now: one round trip when it is in memory. */
  async load<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
  ): Promise<LoadedAggregate<State>> {
    const streamId = streamIdOf(aggregate.streamType, aggregateId);
    const loaded = await this.loadFrom(aggregate, streamId, this.cached(aggregate, aggregateId));
    this.remember(streamId, loaded);
    return loaded;
  }

  /** What is in memory, without a look at the log: it may be behind. An append on top of it is refused then. */
  cached<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
  ): LoadedAggregate<State> | undefined {
    const found = this.cache?.get(streamIdOf(aggregate.streamType, aggregateId));
    return found as LoadedAggregate<State> | undefined;
  }

  /**
   * The aggregate up to and including a version or an instant. The state at an instant is the state after the stream's
   * last event with a timestamp up to that instant. When the database's clock has stepped back, earlier events may have
   * later timestamps; the state includes them.
   *
   * @returns `undefined` when it did not exist then
   */
  async loadAt<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
    until: { readonly version: number } | { readonly at: Date },
  ): Promise<LoadedAggregate<State> | undefined> {
    const streamId = streamIdOf(aggregate.streamType, aggregateId);
    const toVersion = 'version' in until ? until.version : undefined;
    let state = aggregate.initial;
    let found: LoadedAggregate<State> | undefined;
    for await (const event of this.options.store.readStream(streamId, { toVersion })) {
      const { version, partition, position } = event;
      state = aggregate.evolve(state, event as unknown as Event);
      if (!('at' in until) || new Date(event.timestamp) <= until.at) {
        found = { state, version, partition, position };
      }
    }
    return found;
  }

  /** Takes over what was just appended on top of `before`, and makes a snapshot when one is due, in the background. */
  appended<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
    before: LoadedAggregate<State>,
    events: readonly Event[],
    head: Required<Omit<LoadedAggregate<State>, 'state'>>,
  ): void {
    const streamId = streamIdOf(aggregate.streamType, aggregateId);
    // As it will be read: JSON leaves out what is undefined.
    const stored = JSON.parse(JSON.stringify(events)) as Event[];
    const { version, partition, position } = head;
    const state = stored.reduce((current, event) => aggregate.evolve(current, event), before.state);
    const loaded = { state, version, partition, position };
    this.remember(streamId, loaded);
    const every = this.options.snapshotEvery?.[aggregate.streamType] ?? defaultSnapshotEvery;
    if (
      this.options.snapshots &&
      every > 0 &&
      Math.floor(version / every) > Math.floor(before.version / every)
    ) {
      this.takeSnapshot(this.options.snapshots, aggregate, streamId, loaded);
    }
  }

  /** The next `load` begins at the stream's first event, or at a snapshot, instead of at what is in memory. */
  forget(streamId: string): void {
    this.cache?.delete(streamId);
  }

  /** Resolves when no snapshot is being made. */
  async settled(): Promise<void> {
    await Promise.all(this.pending);
  }

  private remember(streamId: string, loaded: LoadedAggregate<unknown>): void {
    if (loaded.version > 0) {
      this.cache?.set(streamId, loaded);
    }
  }

  private async loadFrom<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    cached: LoadedAggregate<State> | undefined,
  ): Promise<LoadedAggregate<State>> {
    const start = cached ?? { state: aggregate.initial, version: 0 };
    const snapshot = cached ? undefined : await this.findSnapshot(streamId, aggregate.stateVersion);
    let loaded: LoadedAggregate<State> = start;
    // From the snapshot's own event on, which says whether the snapshot is of this log.
    const fromVersion = snapshot ? snapshot.version : start.version + 1;
    for await (const event of this.options.store.readStream(streamId, { fromVersion })) {
      const { version, partition, position } = event;
      const isAnchor = snapshot?.version === version;
      if (isAnchor && snapshot.eventId !== event.eventId) {
        break;
      }
      const state = isAnchor
        ? (snapshot.state as State)
        : aggregate.evolve(loaded.state, event as unknown as Event);
      loaded = { state, version, partition, position };
    }
    if (snapshot && loaded === start) {
      this.options.onSnapshotFault?.(streamId, new Error('the snapshot belongs to another log'));
      return this.loadFrom(aggregate, streamId, { state: aggregate.initial, version: 0 });
    }
    return loaded;
  }

  private async findSnapshot(streamId: string, stateVersion: number) {
    try {
      return await this.options.snapshots?.load(streamId, stateVersion);
    } catch (error) {
      this.options.onSnapshotFault?.(streamId, error);
      return undefined;
    }
  }

  private takeSnapshot<State, Event extends DomainEvent>(
    snapshots: Snapshots,
    aggregate: Aggregate<State, Event>,
    streamId: string,
    { state, version }: LoadedAggregate<State>,
  ): void {
    const taken = (async () => {
      assertStorable('the state', state);
      for await (const { eventId } of this.options.store.readStream(streamId, {
        fromVersion: version,
        limit: 1,
      })) {
        await snapshots.save(streamId, aggregate.stateVersion, { state, version, eventId });
      }
    })()
      .catch((error: unknown) => this.options.onSnapshotFault?.(streamId, error))
      .finally(() => this.pending.delete(taken));
    this.pending.add(taken);
  }
}

function cacheOptions(max: number) {
  return {
    max,
    maxSize: Math.max(max * meanWeight, heaviest),
    sizeCalculation: ({ version }: LoadedAggregate<unknown>) => Math.min(version, heaviest),
  };
}
