import type { EventCodec } from '@tidemark/kernel';
import { pause, type BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { DeclaredTopology } from '../broker/declared-topology';
import { declareEventTopology } from '../broker/topology';
import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import { LeaseBalancer } from '../leases/lease-balancer';
import { createOwnerId } from '../leases/owner-id';
import { silentLogger, type Logger } from '../logger';
import { OwnMarks } from '../parked/own-marks';
import type { ParkedStore } from '../parked/parked-store';
import type { MessageKeys } from '../signing/message-keys';
import { RefusedMessages } from '../signing/refused-messages';
import type { MessageRefusal } from '../signing/verify-message';
import { backlogAges, backlogOf } from './backlog-ages';
import type { LogReader } from './log-reader';
import type { ParkingOptions } from './partition-applier';
import { PartitionConsumer } from './partition-consumer';
import type { PartitionHandler } from './partition-handler';
import { TracedHandler } from './traced-handler';

/** Called as things happen, for metrics. Must not throw. */
export interface ConsumerHooks {
  /** The handler made `count` events durable in `durationMs`. */
  onApplied?(partition: number, count: number, durationMs: number): void;
  /** Of these, `count` came from the log and not from the queue. */
  onHealed?(partition: number, count: number): void;
  onFailed?(partition: number, error: unknown): void;
  /** A message had no effect, since it is not signed as an event must be. */
  onRefused?(reason: MessageRefusal): void;
}

export interface PartitionConsumerGroupOptions extends BackoffOptions, ParkingOptions {
  /** Names the queues: `<prefix>.events.<group>.<partition>`. */
  readonly group: string;
  readonly prefix?: string;
  readonly partitions: number;
  readonly store: GroupStore;
  /** In the same database as `store`. */
  readonly parked: ParkedStore;
  readonly log: LogReader;
  readonly codec: EventCodec;
  readonly broker: BrokerConnection;
  /** Messages count as events only when a key of the owner `relay` signed them. */
  readonly keys: MessageKeys;
  readonly handler: PartitionHandler;
  /** Unacknowledged messages per partition. Default 256. */
  readonly prefetch?: number;
  /** Events that the handler is given at once, at most; it is never kept waiting for more. Default 200. */
  readonly maxBatch?: number;
  /** How often an idle partition is compared with the log, and requests about parked streams are looked for. Default 1 s. */
  readonly idleCheckMs?: number;
  /** Default 10 s. */
  readonly leaseMs?: number;
  readonly owner?: string;
  readonly logger?: Logger;
  readonly hooks?: ConsumerHooks;
}

export interface ConsumerPartitionStatus {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  /** Never behind the checkpoint, unless the log was restored to an earlier point. */
  readonly head: number;
  /** How many events wait; never negative. */
  readonly lag: number;
  /** Streams that wait for somebody to retry or discard what failed. */
  readonly parked: number;
  /** Absent while nobody consumes the partition. */
  readonly owner?: string;
  readonly epoch: number;
  /** Code of the fault that keeps this replica from going on with the partition, or from its queue, at the moment. */
  readonly error?: string;
}

/** How long a batch under way may take when the partition goes to somebody else. */
const HAND_OVER_MS = 10_000;

/**
 * Gives every event of the log to the handler, once in effect and in order of position within its partition. The
 * replicas of a group share the partitions among themselves. A partition whose handler fails waits and tries again; when
 * it is an event that keeps failing, its stream is parked and the rest of the partition goes on.
 */
export class PartitionConsumerGroup {
  private readonly consumers = new Map<number, PartitionConsumer>();
  private readonly ending = new Set<Promise<void>>();
  private readonly balancer: LeaseBalancer;
  private readonly topology: DeclaredTopology<number>;
  private readonly stopping = new AbortController();
  private readonly marks: OwnMarks;
  private readonly refused: RefusedMessages;
  private readonly logger: Logger;
  private readonly idleCheckMs: number;
  private checks: Promise<unknown> | undefined;

  constructor(private readonly options: PartitionConsumerGroupOptions) {
    const { broker, prefix, group, minBackoffMs, maxBackoffMs } = options;
    this.logger = options.logger ?? silentLogger;
    this.idleCheckMs = options.idleCheckMs ?? 1_000;
    this.marks = new OwnMarks(options.parked);
    this.refused = new RefusedMessages({
      kind: 'event',
      logger: this.logger,
      onRefused: (reason) => options.hooks?.onRefused?.(reason),
    });
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: this.logger,
      parts: Array.from({ length: options.partitions }, (_, partition) => partition),
      declare: (partition, signal) =>
        declareEventTopology(broker, { prefix, groups: [group], partitions: [partition] }, signal),
    });
    this.balancer = new LeaseBalancer({
      store: options.store,
      owner: options.owner ?? createOwnerId(),
      partitions: options.partitions,
      leaseMs: options.leaseMs,
      logger: this.logger,
      onAcquired: (lease) => this.begin(lease),
      onHandOver: (lease) => this.end(lease, HAND_OVER_MS),
      onLost: (lease) => void this.end(lease, 0),
    });
  }

  /** Why a partition stands still at this replica, for readiness; absent when all is well. `status` tells which. */
  get errorCode(): string | undefined {
    const ofPartitions = [...this.consumers.values()].map(({ errorCode }) => errorCode);
    return (
      this.options.broker.errorCode ??
      this.topology.errorCode ??
      ofPartitions.find((code) => code !== undefined)
    );
  }

  /** Begins, in the background: neither broker nor store need to be there yet. */
  start(): void {
    this.topology.start();
    this.balancer.start();
    this.checks ??= Promise.all([
      this.regularly(() => this.checkForNews()),
      // A loop of its own, so that a store that stalls in the middle of a check does not delay it.
      this.regularly(() => this.marks.takeBackOverdue()),
    ]);
  }

  /** Finishes and acknowledges the batches under way and hands the partitions over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.balancer.stop(), this.topology.stop()]);
    await Promise.all([...this.ending]);
    await this.checks;
    await this.marks.takeBackOverdue();
  }

  /** Of every partition, whoever consumes it. */
  async status(): Promise<readonly ConsumerPartitionStatus[]> {
    const { log, store, parked } = this.options;
    const [stored, counts] = await Promise.all([store.partitions(), parked.counts()]);
    // After the positions, not at the same time: see `backlogOf`.
    const heads = await log.heads();
    return Array.from({ length: this.options.partitions }, (_, partition) => {
      const found = stored.find((candidate) => candidate.partition === partition);
      const head = heads.get(partition) ?? 0;
      const checkpoint = found?.checkpoint ?? { position: 0 };
      const error = this.consumers.get(partition)?.errorCode ?? this.topology.errorCodeOf(partition);
      return {
        partition,
        checkpoint,
        head,
        lag: backlogOf(checkpoint.position, head),
        parked: counts.get(partition)?.parked ?? 0,
        epoch: found?.epoch ?? 0,
        ...(found?.owner !== undefined && { owner: found.owner }),
        ...(error !== undefined && { error }),
      };
    });
  }

  /** How many events wait, by partition. */
  async lags(): Promise<ReadonlyMap<number, number>> {
    return new Map((await this.status()).map(({ partition, lag }) => [partition, lag]));
  }

  /** For how long the oldest of them has been in the log, in seconds; see `backlogAges`. */
  async lagAges(): Promise<ReadonlyMap<number, number>> {
    const status = await this.status();
    const progress = status.map(({ checkpoint, ...rest }) => ({ ...rest, position: checkpoint.position }));
    return backlogAges(this.options.log, progress);
  }

  /** How many streams wait for a person, by partition. */
  async parkedStreams(): Promise<ReadonlyMap<number, number>> {
    const counts = await this.options.parked.counts();
    return new Map([...counts].map(([partition, { parked }]) => [partition, parked]));
  }

  private begin(lease: Lease): void {
    const { group, handler } = this.options;
    const consumer = new PartitionConsumer({
      ...this.options,
      handler: new TracedHandler(group, handler),
      topology: this.topology,
      marks: this.marks,
      refused: this.refused,
      logger: this.logger,
      lease,
      onLeaseLost: () => {
        void this.end(lease, 0);
        void this.balancer.giveUp(lease);
      },
    });
    this.consumers.set(lease.partition, consumer);
    consumer.start();
  }

  private async end(lease: Lease, graceMs: number): Promise<void> {
    const consumer = this.consumers.get(lease.partition);
    if (consumer?.lease !== lease) {
      return;
    }
    this.consumers.delete(lease.partition);
    const ended = consumer.stop(graceMs);
    this.ending.add(ended);
    await ended;
    this.ending.delete(ended);
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
      this.logger.warn({ err: error, group }, 'could not look for what the queues do not tell');
    }
  }

  /** One question to the log and one to the store for all partitions that heard nothing lately. */
  private async checkIdle(): Promise<void> {
    const idle = [...this.consumers.values()].flatMap((consumer) => {
      const seen = consumer.idleAt(this.idleCheckMs);
      return seen ? [{ consumer, seen }] : [];
    });
    if (idle.length === 0) {
      return;
    }
    const { log, store } = this.options;
    const stored = await store.partitions();
    const heads = await log.heads();
    for (const { consumer, seen } of idle) {
      const { partition } = consumer.lease;
      const found = stored.find((candidate) => candidate.partition === partition);
      consumer.compare(seen, found?.checkpoint, heads.get(partition) ?? 0);
    }
  }

  /** Requests come in at any replica; the owner of the partition carries them out. */
  private async checkRequests(): Promise<void> {
    if (this.consumers.size === 0) {
      return;
    }
    for (const [partition, { requested }] of await this.options.parked.counts()) {
      if (requested > 0) {
        this.consumers.get(partition)?.noticeRequest();
      }
    }
  }
}
