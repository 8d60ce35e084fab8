import { declaredEventTopology, type DeclaredTopology } from '../broker/declared-topology';
import { OwnedPartitions } from '../leases/owned-partitions';
import { silentLogger, type Logger } from '../logger';
import { backlogOf } from './backlog-ages';
import { PartitionRelay, type RelayOptions } from './partition-relay';
import type { WakeSource } from './wake-source';

export interface RelayGroupOptions extends RelayOptions {
  readonly partitions: number;
  /** The consumer groups whose queues are declared before anything is published. */
  readonly groups: readonly string[];
  readonly wakeSource?: WakeSource;
  /** Default 10 s. */
  readonly leaseMs?: number;
  readonly owner?: string;
  readonly logger?: Logger;
}

export interface RelayPartitionStatus {
  readonly partition: number;
  readonly head: number;
  readonly published: number;
  /** How many events wait to be published; never negative. */
  readonly backlog: number;
  /** Absent while no replica relays the partition. */
  readonly owner?: string;
  readonly epoch: number;
  /** The code of the fault that keeps, or would keep, this replica from relaying the partition at the moment. */
  readonly error?: string;
}

/** How long a window under way may take while its partition is handed over to another replica. */
const HAND_OVER_MS = 5_000;

/**
 * Publishes the log to the broker. In the whole installation, each partition has one relay at a time. The relay
 * publishes in order of position, and records the last published position. After a fault, it continues from there, so
 * an event may be published twice but is never left out. Consumers recognise repeats by the position in each message.
 */
export class RelayGroup {
  private readonly owned: OwnedPartitions<PartitionRelay>;
  private readonly topology: DeclaredTopology<number>;
  private unsubscribe = () => {};

  constructor(private readonly options: RelayGroupOptions) {
    const { logger = silentLogger } = options;
    const topology = declaredEventTopology({ ...options, logger });
    this.topology = topology;
    this.owned = new OwnedPartitions({
      ...options,
      logger,
      handOverMs: HAND_OVER_MS,
      createWorker: (lease, onLeaseLost) =>
        new PartitionRelay({ ...options, topology, logger, lease, onLeaseLost }),
    });
  }

  /**
   * Why a partition stalls at this replica, for readiness; absent if there is no problem. `status` names the
   * partition.
   */
  get errorCode(): string | undefined {
    return this.options.broker.errorCode ?? this.topology.errorCode ?? this.owned.errorCode;
  }

  start(): void {
    this.topology.start();
    this.unsubscribe = this.options.wakeSource?.subscribe((partition) => this.wake(partition)) ?? (() => {});
    this.owned.start();
  }

  /** Finishes the windows under way, and gives up the partitions. */
  async stop(): Promise<void> {
    this.unsubscribe();
    await Promise.all([this.owned.stop(), this.topology.stop()]);
  }

  /** Tells the relay that something was appended to the partition. Does nothing when another replica relays it. */
  wake(partition: number): void {
    this.owned.workerOf(partition)?.wake();
  }

  /** The status of every partition, whichever replica relays it. */
  async status(): Promise<readonly RelayPartitionStatus[]> {
    const status = await this.owned.status(() => this.options.log.heads());
    return status.map(({ checkpoint: { position: published }, ...rest }) => {
      const { partition, head } = rest;
      const error = this.owned.workerOf(partition)?.errorCode ?? this.topology.errorCodeOf(partition);
      return {
        ...rest,
        published,
        backlog: backlogOf(published, head),
        ...(error !== undefined && { error }),
      };
    });
  }
}
