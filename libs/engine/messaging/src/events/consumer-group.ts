import { pause } from '../backoff';
import type { Checkpoint } from '../checkpoint';
import { createOwnerId } from '../leases/owner-id';
import { OwnedPartitions } from '../leases/owned-partitions';
import { silentLogger, type Logger } from '../logger';
import { OwnMarks } from '../parked/own-marks';
import { backlogAges, backlogOf } from './backlog-ages';
import type { Delivery, GroupDelivery } from './delivery';
import { otherDelivery, ownerName, requireSameDelivery } from './one-delivery';
import { PartitionConsumer, type ConsumerOptions } from './partition-consumer';
import { TracedHandler } from './traced-handler';

export interface ConsumerGroupOptions extends ConsumerOptions {
  readonly delivery: Delivery;
  readonly partitions: number;
  /**
   * How often an idle partition is compared with the log, and how often requests about parked streams are checked.
   * Default 1 s.
   */
  readonly idleCheckMs?: number;
  readonly owner?: string;
  readonly logger?: Logger;
}

export interface ConsumerPartitionStatus {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /**
   * The last position in the log. It is at or after the checkpoint, unless the log was restored to an earlier point.
   */
  readonly head: number;
  /** How many events wait; never negative. */
  readonly lag: number;
  /** Streams that wait for an operator to retry or discard the failed event. */
  readonly parked: number;
  /** Absent while no replica consumes the partition. */
  readonly owner?: string;
  readonly epoch: number;
  /**
   * The code of the fault that currently stops this replica from processing the partition, or its events from being
   * delivered here.
   */
  readonly error?: string;
}

/** How long a running batch may take while its partition is handed over to another replica. */
const HAND_OVER_MS = 10_000;

/**
 * Gives every event of the log to the handler, in order of position within its partition, and each takes effect once.
 * The replicas of a group share the partitions. If a handler fails, its partition waits and retries. If an event keeps
 * failing, its stream is parked and the rest of the partition continues.
 */
export class ConsumerGroup {
  private readonly owned: OwnedPartitions<PartitionConsumer>;
  private readonly delivery: GroupDelivery;
  private readonly stopping = new AbortController();
  private readonly marks: OwnMarks;
  private readonly logger: Logger;
  private readonly idleCheckMs: number;
  private readonly owner: string;
  /** `mixed_delivery` while another replica is known to have another delivery. */
  private mixed: string | undefined;
  private checks: Promise<unknown> | undefined;

  constructor(private readonly options: ConsumerGroupOptions) {
    const { group, logger = silentLogger, idleCheckMs = 1_000, owner = createOwnerId() } = options;
    const delivery = options.delivery.to({ ...options, logger });
    const marks = new OwnMarks(options.parked);
    const handler = new TracedHandler(group, options.handler);
    const common = { ...options, handler, marks, logger };
    this.owner = ownerName(owner, options.delivery.kind);
    this.owned = new OwnedPartitions({
      ...options,
      owner: this.owner,
      logger,
      handOverMs: HAND_OVER_MS,
      createWorker: (lease, onLeaseLost) => {
        const openSource = (onNews: () => void) => delivery.open(lease.partition, onNews);
        return new PartitionConsumer({ ...common, lease, openSource, onLeaseLost });
      },
    });
    this.delivery = delivery;
    this.marks = marks;
    this.logger = logger;
    this.idleCheckMs = idleCheckMs;
  }

  /**
   * Why a partition stalls at this replica, for readiness; absent if there is no problem. `status` names the
   * partition.
   */
  get errorCode(): string | undefined {
    return this.delivery.errorCode ?? this.owned.errorCode ?? this.mixed;
  }

  /**
   * Call it when a service starts. Mixed deliveries do no harm to events, because each partition has one owner. But a
   * group that follows both has neither the latency nor the independence of one of them.
   *
   * @throws MixedDeliveryError when other replicas have another delivery, `leaseMs` after the call; throws what the
   * store throws
   */
  async requireSameDelivery(): Promise<void> {
    const { store, group, leaseMs = 10_000 } = this.options;
    await requireSameDelivery({ store, group, leaseMs, owner: this.owner, signal: this.stopping.signal });
  }

  /** Starts in the background: neither the store, the log nor the broker need to be available yet. */
  start(): void {
    this.delivery.start();
    this.owned.start();
    this.checks ??= Promise.all([
      this.regularly(() => this.checkForNews()),
      // Runs in a loop of its own, so that a store that stalls in the middle of a check does not delay it.
      this.regularly(() => this.marks.takeBackOverdue()),
    ]);
  }

  /** Finishes and acknowledges the batches under way, and gives up the partitions. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.owned.stop(), this.delivery.stop(), this.checks]);
    await this.marks.takeBackOverdue();
  }

  /** The status of every partition, whichever replica consumes it. */
  async status(): Promise<readonly ConsumerPartitionStatus[]> {
    const { log, parked } = this.options;
    const [status, counts] = await Promise.all([this.owned.status(() => log.heads()), parked.counts()]);
    return status.map((each) => {
      const { partition, checkpoint, head } = each;
      const error = this.owned.workerOf(partition)?.errorCode ?? this.delivery.errorCodeOf(partition);
      return {
        ...each,
        lag: backlogOf(checkpoint.position, head),
        parked: counts.get(partition)?.parked ?? 0,
        ...(error !== undefined && { error }),
      };
    });
  }

  /** The number of waiting events, by partition. */
  async lags(): Promise<ReadonlyMap<number, number>> {
    return new Map((await this.status()).map(({ partition, lag }) => [partition, lag]));
  }

  /** The age of the oldest waiting event in seconds, by partition; see `backlogAges`. */
  async lagAges(): Promise<ReadonlyMap<number, number>> {
    const status = await this.status();
    const progress = status.map(({ checkpoint, ...rest }) => ({ ...rest, position: checkpoint.position }));
    return backlogAges(this.options.log, progress);
  }

  /** The number of streams that wait for an operator, by partition. */
  async parkedStreams(): Promise<ReadonlyMap<number, number>> {
    const counts = await this.options.parked.counts();
    return new Map([...counts].map(([partition, { parked }]) => [partition, parked]));
  }

  private async regularly(work: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(this.idleCheckMs, signal);
      if (signal.aborted) {
        return;
      }
      await work();
    }
  }

  private async checkForNews(): Promise<void> {
    try {
      await Promise.all([this.checkIdle(), this.checkRequests()]);
    } catch (error) {
      const { group } = this.options;
      this.logger.warn({ err: error, group }, 'could not check the log for events that were not delivered');
    }
  }

  /** Asks the log and the store once for all partitions that have been idle for a while. */
  private async checkIdle(): Promise<void> {
    const idle = this.owned.all.flatMap((consumer) => {
      const seen = consumer.idleAt(this.idleCheckMs);
      return seen ? [{ consumer, seen }] : [];
    });
    if (idle.length === 0) {
      return;
    }
    const { log, store } = this.options;
    const stored = await store.partitions();
    this.noteMixed(otherDelivery(stored, this.owner));
    const heads = await log.heads();
    for (const { consumer, seen } of idle) {
      const { partition } = consumer.lease;
      const found = stored.find((candidate) => candidate.partition === partition);
      consumer.compare(seen, found?.checkpoint, heads.get(partition) ?? 0);
    }
  }

  private noteMixed(other: string | undefined): void {
    if (other !== undefined && this.mixed === undefined) {
      const { group } = this.options;
      this.logger.error(
        { group, other },
        'a replica of the group has a different delivery; set the same DELIVERY for all replicas',
      );
    }
    this.mixed = other && 'mixed_delivery';
  }

  /** Requests come in at any replica; the owner of the partition carries them out. */
  private async checkRequests(): Promise<void> {
    if (this.owned.all.length === 0) {
      return;
    }
    for (const [partition, { requested }] of await this.options.parked.counts()) {
      if (requested > 0) {
        this.owned.workerOf(partition)?.noticeRequest();
      }
    }
  }
}
