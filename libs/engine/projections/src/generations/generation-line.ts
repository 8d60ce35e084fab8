import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import {
  LeaseBalancer,
  LeaseLostError,
  readAfter,
  silentLogger,
  Slots,
  type GroupStore,
  type Lease,
  type Logger,
  type LogReader,
} from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import type { DocumentStore } from '../document-store';
import type { ParkedStreams } from '../parked-streams';
import type { Projection } from '../projection';
import { ProjectionRunner } from '../projection-runner';
import type { ProjectionStore } from './projection-store';
import { FeedChanged, type Feed } from './feed';
import type { FeedStore } from './feed-store';
import { inGeneration, lineOf, modelOf } from './generation';
import { owedTo, type GenerationRegistry } from './generation-registry';
import { OwedEvents } from './owed-events';
import { release } from './release-generation';

export interface GenerationLineOptions {
  readonly store: ProjectionStore;
  /** The consumer group that the generation finally joins. */
  readonly group: string;
  readonly registry: GenerationRegistry;
  readonly generation: string;
  readonly projection: Projection;
  readonly documents: DocumentStore;
  readonly log: LogReader;
  readonly codec: Pick<EventCodec, 'decode'>;
  readonly partitions: number;
  readonly owner: string;
  readonly leaseMs?: number;
  /**
   * The maximum number of events that are read and folded at once; 500 by default. Bytes have no limit, because memory
   * holds only one page for each of the `slots`: 500 events of 100 KiB are 50 MB.
   */
  readonly pageSize?: number;
  /** Each page takes one slot, so that filling generations leaves room for queries. By default, there is no limit. */
  readonly slots?: Slots;
  /** How often a partition at the end of the log looks for new events; 100 ms by default. */
  readonly pollIntervalMs?: number;
  readonly logger?: Logger;
}

const FAULT_PAUSE_MS = 1_000;
const HAND_OVER_MS = 10_000;

/**
 * Feeds one generation from the log, apart from the consumer group. It feeds all partitions at once, each with a
 * checkpoint of its own, and shares them with the other replicas by leases. In a partition where it has caught up with
 * the group, it lets the group's checkpoint cover the generation (`FeedStore.join`). From then on, it only
 * watches that partition.
 *
 * It parks nothing. An event that can't be folded stops its partition until the code changes, or until the group has
 * given up the event.
 */
export class GenerationLine {
  private readonly leases: GroupStore;
  private readonly shared: FeedStore;
  private readonly parked: ParkedStreams;
  private readonly own: FeedStore;
  private readonly owedEvents: OwedEvents;
  private readonly balancer: LeaseBalancer;
  private readonly logger: Logger;
  private readonly working = new Map<
    Lease,
    { readonly stop: AbortController; readonly done: Promise<void> }
  >();

  constructor(private readonly options: GenerationLineOptions) {
    const { store, group, generation, owner, partitions, leaseMs } = options;
    const line = lineOf(group, generation);
    this.logger = options.logger ?? silentLogger;
    this.leases = store.group(line);
    this.shared = store.feeds(group);
    this.parked = store.parked(group);
    this.own = store.feeds(line);
    const projection = inGeneration(options.projection, generation);
    this.owedEvents = new OwedEvents({ ...options, projection, parked: this.parked });
    this.balancer = new LeaseBalancer({
      store: this.leases,
      owner,
      partitions,
      leaseMs,
      logger: this.logger,
      onAcquired: (lease) => this.begin(lease),
      onHandOver: (lease) => this.end(lease),
      onLost: (lease) => void this.end(lease),
    });
  }

  start(): void {
    this.balancer.start();
  }

  async stop(): Promise<void> {
    await this.balancer.stop();
    await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  private begin(lease: Lease): void {
    const stop = new AbortController();
    this.working.set(lease, { stop, done: this.work(lease, stop.signal) });
  }

  private async end(lease: Lease): Promise<void> {
    const work = this.working.get(lease);
    work?.stop.abort();
    await Promise.race([work?.done, delay(HAND_OVER_MS, undefined, { ref: false })]);
    this.working.delete(lease);
  }

  private async work(lease: Lease, signal: AbortSignal): Promise<void> {
    const { pollIntervalMs = 100, generation } = this.options;
    const { partition } = lease;
    while (!signal.aborted) {
      try {
        if (!(await this.inSlot(() => this.step(lease, signal)))) {
          await pause(pollIntervalMs, signal);
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error instanceof FeedChanged) {
          continue;
        }
        if (error instanceof LeaseLostError) {
          this.logger.warn({ err: error, generation, partition }, 'stopped feeding a generation');
          void this.balancer.giveUp(lease);
          return;
        }
        this.logger.error(
          { err: error, generation, partition },
          'could not feed a generation; the partition waits and retries',
        );
        await pause(FAULT_PAUSE_MS, signal);
      }
    }
  }

  private inSlot<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.options.slots ? this.options.slots.run(work) : work();
  }

  /** Whether there may be more to do at once. */
  private async step(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { generation, registry, log, pageSize = 500 } = this.options;
    const { partition } = lease;
    const state = await registry.state(modelOf(generation));
    if (state?.paused) {
      return false;
    }
    const owed = state ? owedTo(state, generation, partition) : [];
    const own = await this.own.held(lease);
    const after = own.checkpoint;
    const shared = await this.shared.find(partition);
    if (!shared) {
      // No replica feeds the read models in this partition yet. The first replica to do so will start with all
      // generations.
      return false;
    }
    if (shared.generations.includes(generation)) {
      if (await this.owedEvents.isAnyFinished(owed)) {
        await release(this.options, shared, generation);
        return true;
      }
      if (shared.checkpoint.position > after.position) {
        await this.leases.advance(lease, after, shared.checkpoint);
      }
      return false;
    }
    const events = await readAfter(log, partition, after, pageSize);
    const last = events.at(-1);
    const to = last ? { position: last.position, eventId: last.eventId } : after;
    if (last) {
      const batch = { lease, after, to, events: await this.withEffect(partition, events) };
      await this.runnerFor(own).handle(batch, signal);
    }
    if (owed.length > 0) {
      if (events.length === pageSize) {
        // The group may have begun to write a document when it lost the generation. It is ahead of the checkpoint.
        return true;
      }
      await this.owedEvents.apply({ lease, checkpoint: to, fence: this.own.fenceFor(own) }, owed, signal);
    }
    const hasJoined = await this.shared.join(partition, generation, to.position);
    return last !== undefined || hasJoined;
  }

  private runnerFor(own: Feed): ProjectionRunner {
    const { projection, generation } = this.options;
    return new ProjectionRunner({
      ...this.options,
      projections: [inGeneration(projection, generation)],
      parked: this.parked,
      fence: this.own.fenceFor(own),
    });
  }

  /**
   * The events without discarded events, which have no effect here either. Waiting events remain, because the code that
   * fills this generation may be able to fold them.
   */
  private async withEffect(
    partition: number,
    events: readonly EventEnvelope[],
  ): Promise<readonly EventEnvelope[]> {
    const streams = await this.parked.mattering(partition);
    const givenUp = new Set(streams.flatMap(({ discarded }) => discarded.map(({ eventId }) => eventId)));
    return events
      .filter(({ eventId }) => !givenUp.has(eventId))
      .map((event) => ({ ...event, data: this.options.codec.decode(event).data }));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
