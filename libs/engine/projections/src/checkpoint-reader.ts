import type { LogPosition } from '@tidemark/kernel';
import { isHeldBackBy, type LogReader, type ParkedStream } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import { GenerationFeeds } from './generations/generation-feeds';
import type { LiveGenerations } from './generations/live-generations';
import type { ParkedStreams } from './parked-streams';
import type { OwedStreams } from './generations/generation-states';
import type { ProjectionStore } from './generations/projection-store';

export interface CheckpointReaderOptions {
  readonly store: ProjectionStore;
  /** The consumer group for whose progress the reader waits. */
  readonly group: string;
  /**
   * The log, which tells whether the awaited events belong to parked streams. It is read only while there are such
   * streams.
   */
  readonly log: Pick<LogReader, 'readPartition'>;
  /**
   * The read model, whose generations may be fed separately from the group for a while. If it is absent, the group's
   * checkpoint counts.
   */
  readonly live?: Pick<LiveGenerations, 'current' | 'vouchFor'>;
  /** 20 by default. */
  readonly pollIntervalMs?: number;
}

export interface WaitOptions {
  /**
   * Only documents of these read models count, so that a read model that is filled for the first time holds up only its
   * own readers. The wait includes that they exist. All read models by default.
   */
  readonly readModels?: readonly string[];
  /** Ends the wait, with `false`. */
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly positions: readonly LogPosition[];
  readonly readModels: readonly string[] | undefined;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly resolve: (isPassed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets a query wait until the documents contain the writes that its caller knows of. One check serves all waiting
 * queries. A new query triggers a check at once, and without waiting queries there are no checks.
 */
export class CheckpointReader {
  private readonly feeds: GenerationFeeds;
  private readonly parked: ParkedStreams;
  private readonly pollIntervalMs: number;
  private readonly waiting = new Set<Waiter>();
  private looking: Promise<void> | undefined;
  /** Ends the pause before the next check. */
  private wake = new AbortController();

  constructor(private readonly options: CheckpointReaderOptions) {
    this.feeds = new GenerationFeeds(options.store, options.group);
    this.parked = options.store.parked(options.group);
    this.pollIntervalMs = options.pollIntervalMs ?? 20;
  }

  /**
   * `true` as soon as the documents contain every event up to all of these positions, `false` when `timeoutMs` passes
   * first. It checks at least once. An event of a parked stream is not in the documents, although the checkpoint has
   * passed it.
   *
   * @throws DocumentStoreUnavailableError; the errors of the log
   */
  waitFor(
    positions: readonly LogPosition[],
    timeoutMs: number,
    { readModels, signal }: WaitOptions = {},
  ): Promise<boolean> {
    if (signal?.aborted) {
      return Promise.resolve(false);
    }
    const deadline = performance.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { positions, readModels, deadline, resolve, reject };
      this.waiting.add(waiter);
      signal?.addEventListener('abort', () => this.leave(waiter), { once: true });
      this.wake.abort();
      this.looking ??= this.lookWhileAnybodyWaits();
    });
  }

  private leave(waiter: Waiter): void {
    this.waiting.delete(waiter);
    waiter.resolve(false);
    if (this.waiting.size === 0) {
      this.wake.abort();
    }
  }

  private async lookWhileAnybodyWaits(): Promise<void> {
    while (this.waiting.size > 0) {
      this.wake = new AbortController();
      await this.lookFor([...this.waiting]);
      await this.pause();
    }
    this.looking = undefined;
  }

  private async lookFor(waiters: readonly Waiter[]): Promise<void> {
    try {
      const passed = await this.passedAmong(waiters);
      const now = performance.now();
      for (const waiter of waiters.filter((one) => passed.has(one) || one.deadline <= now)) {
        this.waiting.delete(waiter);
        waiter.resolve(passed.has(waiter));
      }
    } catch (error) {
      for (const waiter of waiters) {
        this.waiting.delete(waiter);
        waiter.reject(error);
      }
    }
  }

  /**
   * Waits until the next check is due, a query's time is over, or a new query has arrived since the last check began.
   * Ends as soon as no query waits.
   */
  private async pause(): Promise<void> {
    const now = performance.now();
    const untilDeadline = [...this.waiting].map(({ deadline }) => Math.max(deadline - now, 0));
    if (this.waiting.size > 0) {
      const { signal } = this.wake;
      await delay(Math.min(this.pollIntervalMs, ...untilDeadline), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** If the generation flips in between, the result of the look-up is discarded. */
  private async passedAmong(waiters: readonly Waiter[]): Promise<ReadonlySet<Waiter>> {
    const { live } = this.options;
    const generations = await live?.current();
    const all = [...(generations?.values() ?? [])];
    const readBy = ({ readModels }: Waiter) =>
      readModels?.flatMap((name) => generations?.get(name) ?? []) ?? all;
    // A read model that was not there at the last reading may be there by now, with some of the events.
    const isKnown = ({ readModels = [] }: Waiter) =>
      !generations || readModels.every((name) => generations.has(name));
    const readByAny = new Set(waiters.flatMap(readBy));
    const progress = await this.feeds.progressOf(partitionsOf(waiters), [...readByAny]);
    const reached = waiters.filter(
      (waiter) =>
        isKnown(waiter) &&
        waiter.positions.every(
          ({ partition, position }) => progress.reached(partition, readBy(waiter)) >= position,
        ),
    );
    // This check comes after the checkpoint has passed the events, because a stream is recorded as parked before the
    // checkpoint moves.
    const streams = reached.length > 0 ? await this.parked.openIn(partitionsOf(reached)) : [];
    const owed = reached.length > 0 && progress.isAnyApart ? await this.owed() : [];
    const passed = new Set<Waiter>();
    for (const waiter of reached) {
      const read = readBy(waiter);
      const lacking = owed.filter(({ generation }) => read.includes(generation));
      const isHeldBack = await this.isAnyHeldBack(waiter.positions, streams, lacking);
      if (!isHeldBack && (!live || !generations || live.vouchFor(generations, waiter.positions))) {
        passed.add(waiter);
      }
    }
    return passed;
  }

  /** The streams that the group has finished, and whose events a generation lacks that is apart from the group. */
  private async owed(): Promise<readonly OwedStreams[]> {
    return (await this.options.store.states.all()).flatMap(({ owed = [] }) => owed);
  }

  private async isAnyHeldBack(
    positions: readonly LogPosition[],
    streams: readonly ParkedStream[],
    lacking: readonly OwedStreams[],
  ): Promise<boolean> {
    for (const { partition, position } of positions) {
      const candidates = streams.filter((s) => s.partition === partition && s.event.position <= position);
      const owed = lacking.filter((one) => one.partition === partition).flatMap((one) => one.streams);
      const [event] =
        candidates.length + owed.length > 0
          ? await this.options.log.readPartition(partition, position, 1)
          : [];
      if (
        event &&
        (candidates.some((stream) => isHeldBackBy(stream, event)) ||
          owed.some(({ streamId }) => streamId === event.streamId))
      ) {
        return true;
      }
    }
    return false;
  }
}

function partitionsOf(waiters: readonly Waiter[]): readonly number[] {
  return [...new Set(waiters.flatMap(({ positions }) => positions.map(({ partition }) => partition)))];
}
