import { streamIdOf, type Aggregate, type DomainEvent } from '@tidemark/kernel';
import { LRUCache } from 'lru-cache';
import type { EventStore } from './event-store';
import type { Snapshots } from './snapshots';
import { assertStorable } from './storable';

/** An aggregate folded from its events, and its position in the log. */
export interface LoadedAggregate<State> {
  readonly state: State;
  /** 0 when the stream does not exist; partition and position are then absent. */
  readonly version: number;
  readonly partition?: number;
  readonly position?: number;
}

export interface AggregateLoaderOptions {
  readonly store: EventStore;
  /**
   * The store of snapshots. By default there is none, so every load of an aggregate that is not in memory folds the
   * whole stream.
   */
  readonly snapshots?: Snapshots;
  /** The number of events between two snapshots, for stream types where it is not 50. 0 means no snapshots. */
  readonly snapshotEvery?: Readonly<Record<string, number>>;
  /**
   * How many recently used aggregates stay in memory. 10,000 by default, fewer if many have long streams. 0 means none.
   */
  readonly cacheSize?: number;
  /** Called for a snapshot that could not be made or used. The caller continues without it. */
  readonly onSnapshotFault?: (streamId: string, fault: unknown) => void;
}

const defaultSnapshotEvery = 50;

/**
 * The maximum number of events that count for the size of a state. A state is no larger than its events, and beyond
 * this number of events, states don't grow. At 100 bytes an event, 10,000 aggregates of 50 events are 50 MB.
 */
const heaviest = 250;
const meanWeight = 50;

/**
 * Loads aggregates from the log, with the help of memory and snapshots. Both only replace the first events of a stream.
 * Later events are read and folded on top, so `load` always includes everything that was committed before the call.
 */
export class AggregateLoader {
  private readonly cache: LRUCache<string, LoadedAggregate<unknown>> | undefined;
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly options: AggregateLoaderOptions) {
    const { cacheSize = 10_000 } = options;
    this.cache = cacheSize > 0 ? new LRUCache(cacheOptions(cacheSize)) : undefined;
  }

  /** The current aggregate. Takes one round trip if it is in memory. */
  async load<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
  ): Promise<LoadedAggregate<State>> {
    const streamId = streamIdOf(aggregate.streamType, aggregateId);
    const loaded = await this.loadFrom(aggregate, streamId, this.cached(aggregate, aggregateId));
    this.remember(streamId, loaded);
    return loaded;
  }

  /** The aggregate in memory, without reading the log. It may be behind; an append on top of it is then refused. */
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
   * @returns `undefined` if it did not exist at that point
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

  /**
   * Adds the events that were just appended to `before` to memory, and makes a snapshot in the background if one is
   * due.
   */
  appended<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    aggregateId: string,
    before: LoadedAggregate<State>,
    events: readonly Event[],
    head: Required<Omit<LoadedAggregate<State>, 'state'>>,
  ): void {
    const streamId = streamIdOf(aggregate.streamType, aggregateId);
    // Converts the events as the log does: JSON drops undefined fields.
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

  /** Makes the next `load` start at the stream's first event or a snapshot, instead of the state in memory. */
  forget(streamId: string): void {
    this.cache?.delete(streamId);
  }

  /** Resolves when no snapshot is being made any more. */
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
    const { snapshots } = this.options;
    const snapshot =
      cached || !snapshots ? undefined : await this.findSnapshot(snapshots, streamId, aggregate.stateVersion);
    let loaded: LoadedAggregate<State> = start;
    // Starts with the snapshot's own event, which shows whether the snapshot belongs to this log.
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

  private async findSnapshot(snapshots: Snapshots, streamId: string, stateVersion: number) {
    try {
      return await snapshots.load(streamId, stateVersion);
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
