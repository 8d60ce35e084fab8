import { doneWithin } from '../backoff';
import { GroupStoreTimeoutError } from '../errors';
import type { Lease } from '../lease';
import { silentLogger, type Logger } from '../logger';
import { WorkLoop } from '../work-loop';
import { MAX_TTL_MS, type GroupStore } from './group-store';

export interface LeaseBalancerOptions {
  readonly store: GroupStore;
  /** Identifies this replica until its process ends. A restarted process needs another id. */
  readonly owner: string;
  /** How many partitions the log has. */
  readonly partitions: number;
  /**
   * How soon a dead owner's partitions are taken over. The default is 10 s, and the maximum is 5 min. Without renewal,
   * a lease lasts four fifths of this time. Another replica notices the end of the lease within a further tenth, and
   * takes the lease within the last tenth.
   */
  readonly leaseMs?: number;
  /** Called when this replica gets the partition: begin to work on it. */
  readonly onAcquired: (lease: Lease) => void;
  /**
   * Called when the partition goes to another replica. Finish the work under way, begin no other work, and then
   * resolve. Never reject.
   */
  readonly onHandOver: (lease: Lease) => Promise<void>;
  /** Called when the partition has, or may have, another owner: stop at once. */
  readonly onLost: (lease: Lease) => void;
  readonly logger?: Logger;
}

interface Holding {
  readonly lease: Lease;
  /** When the latest successful renewal was requested, by `performance.now()`. */
  renewedAt: number;
  expiry: NodeJS.Timeout;
  /** Set once the partition is being handed over. */
  handOver?: Promise<void>;
}

/**
 * Keeps this replica at its share of the partitions, ceil(P / live replicas). It takes free partitions and hands over
 * partitions beyond the share. It renews its leases three times while a lease lasts. A lease counts as lost when its
 * renewal is refused. It also counts as lost when it may have expired by this process's monotonic clock, which counts
 * from before the renewal was sent.
 */
export class LeaseBalancer {
  private readonly held = new Map<number, Holding>();
  private readonly ttlMs: number;
  private readonly logger: Logger;
  private readonly loops: readonly WorkLoop[];

  constructor(private readonly options: LeaseBalancerOptions) {
    const { leaseMs = 10_000 } = options;
    const pollMs = leaseMs / 10;
    this.ttlMs = leaseMs - 2 * pollMs;
    if (this.ttlMs > MAX_TTL_MS) {
      throw new RangeError(`a lease of ${leaseMs} ms is too long: the limit is ${MAX_TTL_MS / 0.8} ms`);
    }
    this.logger = options.logger ?? silentLogger;
    this.loops = [
      this.loop(this.ttlMs / 3, () => this.renew()),
      // Looks more often than it renews, so that a dead owner's partitions are taken soon after its leases end.
      this.loop(pollMs, (stopping) => this.balance(stopping)),
    ];
  }

  get leases(): readonly Lease[] {
    return [...this.held.values()].map((holding) => holding.lease);
  }

  /** Starts in the background. If the store can't be reached, the balancer tries again as long as necessary. */
  start(): void {
    this.loops.forEach((loop) => loop.start());
  }

  /** Gives back a partition that can't be worked on here; it may return to this replica, with a new lease. */
  async giveUp(lease: Lease): Promise<void> {
    if (this.drop(lease)) {
      await this.release(lease);
    }
  }

  /**
   * Hands every partition over, then leaves the group. It never rejects, because a lease that can't be released
   * expires.
   */
  async stop(): Promise<void> {
    // Each renewal is sent on time, even if an earlier one has no answer yet. A loop would wait for the answer.
    const renewals = setInterval(() => void this.renew().catch(() => {}), this.ttlMs / 3);
    try {
      // Both start at once: no new work begins, and the share of the other replicas rises while the work finishes.
      await Promise.all([this.leave(), ...[...this.held.values()].map((holding) => this.handOver(holding))]);
    } finally {
      clearInterval(renewals);
    }
  }

  private async leave(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.quietly('leave the group', () => this.options.store.leave(this.options.owner));
  }

  private loop(pollIntervalMs: number, work: (stopping: AbortSignal) => Promise<void>): WorkLoop {
    return new WorkLoop({
      pollIntervalMs,
      work: (stopping) => this.quietly('use the group store', () => work(stopping)),
    });
  }

  private async renew(): Promise<void> {
    const leases = this.leases;
    if (leases.length === 0) {
      return;
    }
    const askedAt = performance.now();
    const renewed = await this.options.store.renew(leases, this.ttlMs);
    for (const lease of leases) {
      const holding = this.held.get(lease.partition);
      if (holding?.lease !== lease) {
        continue;
      }
      if (!renewed.has(lease.partition)) {
        this.lose(lease, 'the store refused to renew it');
      } else if (askedAt > holding.renewedAt) {
        // If a later renewal was answered first, this older answer must not shorten the lease.
        clearTimeout(holding.expiry);
        holding.renewedAt = askedAt;
        holding.expiry = this.expireFrom(askedAt, lease);
      }
    }
  }

  private async balance(stopping: AbortSignal): Promise<void> {
    const { store, owner, partitions } = this.options;
    const live = await store.heartbeat(owner, this.ttlMs);
    const share = Math.ceil(partitions / live.length);
    const staying = [...this.held.values()].filter((holding) => !holding.handOver);
    for (const holding of staying.slice(share)) {
      // Does not wait for it, because the other leases must be renewed meanwhile, however long a batch takes.
      void this.handOver(holding);
    }
    if (this.held.size < share) {
      await this.take(share - this.held.size, stopping);
    }
  }

  private async take(missing: number, stopping: AbortSignal): Promise<void> {
    const { store, partitions } = this.options;
    const owned = new Set(
      (await store.partitions()).filter(({ owner }) => owner !== undefined).map(({ partition }) => partition),
    );
    const free = Array.from({ length: partitions }, (_, partition) => partition).filter(
      (partition) => !owned.has(partition) && !this.held.has(partition),
    );
    const epochs: Record<number, number> = {};
    try {
      for (const partition of shuffled(free).slice(0, missing)) {
        if (!stopping.aborted && !this.held.has(partition)) {
          await this.acquire(partition, stopping, (lease) => (epochs[partition] = lease.epoch));
        }
      }
    } finally {
      // One line for a round, because a start takes every partition.
      if (Object.keys(epochs).length > 0) {
        this.logger.info({ epochs, owner: this.options.owner }, 'took partitions');
      }
    }
  }

  private async acquire(partition: number, stopping: AbortSignal, onTaken: (lease: Lease) => void) {
    const askedAt = performance.now();
    const lease = await this.options.store.acquire(partition, this.options.owner, this.ttlMs);
    if (!lease) {
      return;
    }
    if (stopping.aborted) {
      await this.options.store.release(lease);
      return;
    }
    // A frozen store answers several rounds at once, so another round may have taken the partition meanwhile.
    const holding = this.held.get(partition);
    if (holding && holding.lease.epoch > lease.epoch) {
      return;
    }
    if (holding) {
      this.lose(holding.lease, 'this replica acquired it again with a new lease');
    }
    this.held.set(partition, { lease, renewedAt: askedAt, expiry: this.expireFrom(askedAt, lease) });
    onTaken(lease);
    this.options.onAcquired(lease);
  }

  private handOver(holding: Holding): Promise<void> {
    holding.handOver ??= this.finish(holding.lease);
    return holding.handOver;
  }

  private async finish(lease: Lease): Promise<void> {
    await this.options.onHandOver(lease);
    if (this.drop(lease)) {
      await this.release(lease);
      this.logger.info({ partition: lease.partition, epoch: lease.epoch }, 'released a partition');
    }
  }

  private expireFrom(askedAt: number, lease: Lease): NodeJS.Timeout {
    const remainingMs = askedAt + this.ttlMs - performance.now();
    return setTimeout(() => this.lose(lease, 'it was not renewed in time'), remainingMs);
  }

  private lose(lease: Lease, reason: string): void {
    if (this.drop(lease)) {
      this.logger.warn({ partition: lease.partition, epoch: lease.epoch, reason }, 'lost a partition');
      this.options.onLost(lease);
    }
  }

  /** Drops the lease. Returns whether this replica held it until now. */
  private drop(lease: Lease): boolean {
    const holding = this.held.get(lease.partition);
    if (holding?.lease !== lease) {
      return false;
    }
    clearTimeout(holding.expiry);
    this.held.delete(lease.partition);
    return true;
  }

  private release(lease: Lease): Promise<void> {
    return this.quietly('release a partition', () => this.options.store.release(lease));
  }

  /** Does not wait for a silent store, because a late answer is of no use. */
  private async quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      if (!(await doneWithin(this.ttlMs, work()))) {
        throw new GroupStoreTimeoutError(`no answer within ${this.ttlMs} ms`);
      }
    } catch (error) {
      this.logger.warn({ err: error, owner: this.options.owner }, `could not ${what}`);
    }
  }
}

/** Shuffles, so that replicas that see the same free partitions try different ones first. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
