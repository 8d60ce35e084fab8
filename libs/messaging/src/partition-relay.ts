import type { EventEnvelope } from '@tidemark/kernel';
import { contiguous, verifyCheckpoint } from './anchored-read';
import { backoffMs, pause, within } from './backoff';
import { ConfirmedPublisher } from './confirmed-publisher';
import type { DeclaredTopology } from './declared-topology';
import { faultCode, LeaseLostError, TopologyMismatchError } from './errors';
import { eventMessage } from './event-message';
import type { Logger } from './logger';
import type { OutboxRelayOptions } from './outbox-relay';
import type { Checkpoint, Lease } from './partition-handler';
import { topologyNames } from './topology';
import { Wakeup } from './wakeup';

export interface PartitionRelayOptions extends OutboxRelayOptions {
  readonly lease: Lease;
  readonly topology: DeclaredTopology<number>;
  readonly logger: Logger;
  /** Somebody else relays the partition. */
  readonly onLeaseLost: () => void;
}

/** The relay of one partition under one lease: read, publish, wait for the confirms, record, and again. */
export class PartitionRelay {
  readonly lease: Lease;
  private readonly publisher: ConfirmedPublisher;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private published: Checkpoint | undefined;
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: PartitionRelayOptions) {
    const { broker, topology, confirmTimeoutMs } = options;
    this.lease = options.lease;
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal) => topology.declare(this.lease.partition, signal),
      confirmTimeoutMs,
    });
  }

  /** Why nothing moves at the moment; absent when all is well. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? undefined : faultCode(this.failure);
  }

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.wakeup.ring();
  }

  /** Finishes the window under way, for which the broker is given `graceMs`; 0 cuts it off. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wakeup.ring();
    const running = this.running ?? Promise.resolve();
    const grantedMs = this.options.broker.isConnected ? graceMs : 0;
    if (grantedMs === 0 || !(await within(grantedMs, running))) {
      await this.publisher.close();
      await running;
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.step();
        attempt = 0;
      } catch (error) {
        if (error instanceof LeaseLostError) {
          this.options.logger.warn({ err: error, partition: this.lease.partition }, 'stopped relaying');
          this.options.onLeaseLost();
          break;
        }
        await this.backOff(error, attempt);
      }
    }
    await this.publisher.close();
  }

  private async step(): Promise<void> {
    this.published ??= await this.resume();
    const { log, windowSize = 500, pollIntervalMs = 1_000 } = this.options;
    const startedAt = performance.now();
    const events = await log.readPartition(this.lease.partition, this.published.position + 1, windowSize);
    await this.publish(this.published, events, startedAt);
    this.failure = undefined;
    // What comes after this window rings, so that there is no need to look for it.
    if (events.length < windowSize) {
      await this.wakeup.sleep(pollIntervalMs);
    }
  }

  private async publish(
    after: Checkpoint,
    events: readonly EventEnvelope[],
    startedAt: number,
  ): Promise<void> {
    const { partition } = this.lease;
    const { store, prefix, hooks } = this.options;
    const last = events.at(-1);
    if (!last) {
      return;
    }
    contiguous(partition, after.position + 1, events);
    const { eventExchange } = topologyNames(prefix);
    await this.publisher.publish(events.map((event) => eventMessage(eventExchange, event)));
    const to = { position: last.position, eventId: last.eventId };
    await store.advance(this.lease, after, to);
    this.published = to;
    hooks?.onPublished?.(partition, events.length, performance.now() - startedAt);
  }

  /** A log that was restored to an earlier point would otherwise get new events that are taken for published. */
  private async resume(): Promise<Checkpoint> {
    const { partition } = this.lease;
    const published = await this.options.store.loadCheckpoint(partition);
    if (!published) {
      throw new LeaseLostError(this.lease, 'the group store was lost');
    }
    await verifyCheckpoint(this.options.log, partition, published);
    return published;
  }

  private async backOff(error: unknown, attempt: number): Promise<void> {
    this.failure = error;
    // A record whose outcome is unknown may have been made, so what is published is read again.
    this.published = undefined;
    const { logger, hooks } = this.options;
    const { signal } = this.stopping;
    if (signal.aborted) {
      return;
    }
    const delayMs = backoffMs(attempt, this.options);
    if (!(error instanceof TopologyMismatchError)) {
      logger.error({ err: error, partition: this.lease.partition, attempt, delayMs }, 'could not relay');
    }
    hooks?.onFailed?.(this.lease.partition, error);
    await pause(delayMs, signal);
  }
}
