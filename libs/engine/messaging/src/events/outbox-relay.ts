import type { BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { DeclaredTopology } from '../broker/declared-topology';
import { declareEventTopology } from '../broker/topology';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import { LeaseBalancer } from '../leases/lease-balancer';
import { createOwnerId } from '../leases/owner-id';
import { silentLogger, type Logger } from '../logger';
import type { MessageKeys } from '../signing/message-keys';
import { backlogOf } from './backlog-ages';
import type { LogReader } from './log-reader';
import { PartitionRelay } from './partition-relay';
import type { WakeSource } from './wake-source';

/** Called as things happen, for metrics. Must not throw. */
export interface RelayHooks {
  /** A window of `count` events was confirmed and recorded, `durationMs` after it was read. */
  onPublished?(partition: number, count: number, durationMs: number): void;
  onFailed?(partition: number, error: unknown): void;
}

export interface OutboxRelayOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  /** Events are signed with the newest valid key of the owner `relay`. */
  readonly keys: MessageKeys;
  readonly log: LogReader;
  /** Of the group `relay`: its checkpoints say what is published. */
  readonly store: GroupStore;
  readonly partitions: number;
  readonly prefix?: string;
  /** The consumer groups whose queues are declared before anything is published. */
  readonly groups: readonly string[];
  readonly wakeSource?: WakeSource;
  /** Events that are read and published before the next are, at most. Default 500. */
  readonly windowSize?: number;
  /**
   * Bytes that a partition has on the way at most, so that large events, too, are bounded while there is no broker. Default
   * 1 MiB. The first window of large events after one of many small ones is read in full and published in part.
   */
  readonly maxWindowBytes?: number;
  /** How often an idle partition is looked at when nothing wakes it. Default 1 s. */
  readonly pollIntervalMs?: number;
  /** How long the broker may take to confirm a window. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  /** Default 10 s. */
  readonly leaseMs?: number;
  readonly owner?: string;
  readonly logger?: Logger;
  readonly hooks?: RelayHooks;
}

export interface RelayPartitionStatus {
  readonly partition: number;
  readonly head: number;
  readonly published: number;
  /** How many events wait to be published; never negative. */
  readonly backlog: number;
  /** Absent while nobody relays the partition. */
  readonly owner?: string;
  readonly epoch: number;
  /** Code of the fault that keeps, or would keep, this replica from relaying the partition at the moment. */
  readonly error?: string;
}

/** How long a window under way may take when the partition goes to somebody else. */
const HAND_OVER_MS = 5_000;

/**
 * Publishes the log to the broker. Each partition has one relay at a time in the whole installation, which publishes in
 * order of position and records how far it came; after a fault it goes on from there, so that an event may be published
 * twice and is never left out. What consumers apply once is their business: every message says its position.
 */
export class OutboxRelay {
  private readonly relays = new Map<number, PartitionRelay>();
  private readonly balancer: LeaseBalancer;
  private readonly topology: DeclaredTopology<number>;
  private readonly logger: Logger;
  private unsubscribe = () => {};

  constructor(private readonly options: OutboxRelayOptions) {
    const { broker, prefix, groups, minBackoffMs, maxBackoffMs } = options;
    this.logger = options.logger ?? silentLogger;
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: this.logger,
      parts: Array.from({ length: options.partitions }, (_, partition) => partition),
      declare: (partition, signal) =>
        declareEventTopology(broker, { prefix, groups, partitions: [partition] }, signal),
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
    const ofPartitions = [...this.relays.values()].map(({ errorCode }) => errorCode);
    return (
      this.options.broker.errorCode ??
      this.topology.errorCode ??
      ofPartitions.find((code) => code !== undefined)
    );
  }

  start(): void {
    this.topology.start();
    this.unsubscribe = this.options.wakeSource?.subscribe((partition) => this.wake(partition)) ?? (() => {});
    this.balancer.start();
  }

  /** Finishes the windows under way and hands the partitions over. */
  async stop(): Promise<void> {
    this.unsubscribe();
    await Promise.all([this.balancer.stop(), this.topology.stop()]);
  }

  /** Something was appended to the partition. Does nothing when another replica relays it. */
  wake(partition: number): void {
    this.relays.get(partition)?.wake();
  }

  /** Of every partition, whoever relays it. */
  async status(): Promise<readonly RelayPartitionStatus[]> {
    const stored = await this.options.store.partitions();
    // After the position, not at the same time: see `backlogOf`.
    const heads = await this.options.log.heads();
    return Array.from({ length: this.options.partitions }, (_, partition) => {
      const found = stored.find((candidate) => candidate.partition === partition);
      const head = heads.get(partition) ?? 0;
      const published = found?.checkpoint?.position ?? 0;
      const error = this.relays.get(partition)?.errorCode ?? this.topology.errorCodeOf(partition);
      return {
        partition,
        head,
        published,
        backlog: backlogOf(published, head),
        epoch: found?.epoch ?? 0,
        ...(found?.owner !== undefined && { owner: found.owner }),
        ...(error !== undefined && { error }),
      };
    });
  }

  private begin(lease: Lease): void {
    const relay = new PartitionRelay({
      ...this.options,
      topology: this.topology,
      logger: this.logger,
      lease,
      onLeaseLost: () => {
        void this.end(lease, 0);
        void this.balancer.giveUp(lease);
      },
    });
    this.relays.set(lease.partition, relay);
    relay.start();
  }

  private async end(lease: Lease, graceMs: number): Promise<void> {
    const relay = this.relays.get(lease.partition);
    if (relay?.lease === lease) {
      this.relays.delete(lease.partition);
      await relay.stop(graceMs);
    }
  }
}
