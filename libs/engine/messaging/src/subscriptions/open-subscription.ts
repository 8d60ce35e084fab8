import { isUnavailable } from '@tidemark/postgres';
import { backoffMs, pause } from '../backoff';
import type { Checkpoint } from '../checkpoint';
import { silentLogger } from '../logger';
import { isOfEnvironment } from '../retry-policy';
import { Wakeup } from '../wakeup';
import { FollowedPartition } from './followed-partition';
import type { SubscribeOptions, SubscribedEvents, SubscriptionItem } from './subscription';

const DEFAULT_BATCH = 200;
const DEFAULT_POLL_MS = 1_000;

/** The state of one loop over `subscribe`. */
export class OpenSubscription {
  private readonly wakeup = new Wakeup();
  private readonly signal: AbortSignal;
  private readonly ring = () => this.wakeup.ring();
  private unsubscribe = () => {};
  private partitions: readonly FollowedPartition[] | undefined;
  private lastPollAt = performance.now();
  /** The partition whose turn is next, so that a busy one does not keep the others waiting. */
  private turn = 0;
  private isBehind = true;

  constructor(private readonly options: SubscribeOptions) {
    const { batchSize = DEFAULT_BATCH, filter = {}, partitions } = options;
    if (
      batchSize < 1 ||
      [filter.streamTypes, filter.eventTypes, partitions].some((list) => list?.length === 0)
    ) {
      throw new RangeError(
        'a batch size of 0, or an empty list of types or partitions, lets no event through',
      );
    }
    this.signal = options.signal ?? new AbortController().signal;
  }

  /** `undefined` when the subscription was stopped. */
  async next(): Promise<SubscriptionItem | undefined> {
    this.partitions ??= await this.waitingOutFaults(() => this.open());
    while (this.partitions && !this.signal.aborted) {
      await this.poll();
      const moved = this.moved(this.partitions);
      if (moved) {
        const item = await this.waitingOutFaults(() => this.take(moved));
        if (item) {
          return item;
        }
      } else if (this.isBehind) {
        this.isBehind = false;
        return { kind: 'caughtUp' };
      } else {
        await this.wakeup.sleep(this.untilPollMs);
      }
    }
    return undefined;
  }

  async done(item: SubscriptionItem): Promise<void> {
    if (item.kind === 'events') {
      const partition = this.partitions!.find(({ number }) => number === item.partition)!;
      // Also waits when the subscription was stopped, because the item is done.
      await this.waitingOutFaults(() => partition.done(this.options.savedBy === 'subscriber'), {
        isLast: true,
      });
    }
  }

  /** Saves, if possible, the progress over events that do not pass the filter. */
  async close(): Promise<void> {
    this.unsubscribe();
    this.signal.removeEventListener('abort', this.ring);
    const { logger = silentLogger } = this.options;
    for (const partition of this.partitions ?? []) {
      await partition
        .saveSkipped()
        .catch((error: unknown) =>
          logger.warn(
            { err: error, partition: partition.number },
            'could not save how far a subscription came',
          ),
        );
    }
  }

  private async open(): Promise<readonly FollowedPartition[]> {
    const { log, checkpoints, wakeSource, batchSize = DEFAULT_BATCH } = this.options;
    const stored = (await checkpoints?.load()) ?? new Map<number, Checkpoint>();
    const heads = await log.heads();
    const partitions = (this.options.partitions ?? [...heads.keys()]).map((number) => {
      if (!heads.has(number)) {
        throw new RangeError(`the log has no partition ${number}; partitions are 0 to ${heads.size - 1}`);
      }
      return new FollowedPartition({ ...this.options, batchSize, number });
    });
    for (const partition of partitions) {
      const checkpoint = stored.get(partition.number);
      if (checkpoint) {
        partition.resume(checkpoint);
      } else {
        await partition.begin(this.startOf(partition.number, heads));
      }
    }
    this.unsubscribe =
      wakeSource?.subscribe((number) => {
        partitions.find((partition) => partition.number === number)?.notice();
        this.wakeup.ring();
      }) ?? (() => {});
    this.signal.addEventListener('abort', this.ring);
    return partitions;
  }

  private startOf(partition: number, heads: ReadonlyMap<number, number>): number {
    const { from = 'beginning' } = this.options;
    if (from === 'beginning') {
      return 0;
    }
    return (from === 'now' ? heads.get(partition) : from.after.get(partition)) ?? 0;
  }

  private moved(partitions: readonly FollowedPartition[]): FollowedPartition | undefined {
    const inTurn = [...partitions.slice(this.turn), ...partitions.slice(0, this.turn)];
    const moved = inTurn.find(({ isIdle }) => !isIdle);
    this.turn = moved ? (partitions.indexOf(moved) + 1) % partitions.length : this.turn;
    return moved;
  }

  private async take(partition: FollowedPartition): Promise<SubscribedEvents | undefined> {
    const { item, isBehind } = await partition.take();
    this.isBehind ||= isBehind;
    return item;
  }

  private get untilPollMs(): number {
    const { pollIntervalMs = DEFAULT_POLL_MS } = this.options;
    return Math.max(this.lastPollAt + pollIntervalMs - performance.now(), 0);
  }

  /** Polls between items as well, because one partition may always have events while the notice of another was lost. */
  private async poll(): Promise<void> {
    if (this.untilPollMs > 0) {
      return;
    }
    const heads = await this.waitingOutFaults(() => this.options.log.heads());
    this.lastPollAt = performance.now();
    for (const partition of this.partitions!) {
      partition.compare(heads?.get(partition.number));
    }
  }

  /** `undefined` when the subscription is stopped meanwhile. */
  private async waitingOutFaults<Result>(
    work: () => Promise<Result>,
    { isLast = false } = {},
  ): Promise<Result | undefined> {
    const { logger = silentLogger } = this.options;
    for (let attempt = 1; isLast || !this.signal.aborted; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const mayPass = isOfEnvironment(error) || isUnavailable(error);
        if (!mayPass || (isLast && this.signal.aborted)) {
          throw error;
        }
        const delayMs = backoffMs(attempt, this.options);
        logger.warn({ err: error, attempt, delayMs }, 'a subscription waits for the database');
        await pause(delayMs, this.signal);
      }
    }
    return undefined;
  }
}
