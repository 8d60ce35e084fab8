import type { EventEnvelope } from '@tidemark/kernel';
import { backoffMs, doneWithin, pause, type BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { ConfirmedPublisher } from '../broker/confirmed-publisher';
import type { DeclaredTopology } from '../broker/declared-topology';
import type { OutgoingMessage } from '../broker/message';
import { topologyNames } from '../broker/topology';
import type { Checkpoint } from '../checkpoint';
import { faultCode, LeaseLostError, TopologyMismatchError } from '../errors';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import type { PartitionWorker } from '../leases/owned-partitions';
import type { Logger } from '../logger';
import { RELAY_OWNER } from '../signing/message-key';
import type { MessageKeys } from '../signing/message-keys';
import { signMessage } from '../signing/sign-message';
import { Wakeup } from '../wakeup';
import { contiguous, verifyCheckpoint } from './anchored-read';
import { eventMessage } from './event-message';
import type { LogReader } from './log-reader';
import { WindowSize } from './window-size';

/** Hooks for metrics, called when the events happen. They must not throw. */
export interface RelayHooks {
  /** A window of `count` events was confirmed and recorded, `durationMs` after it was read. */
  onPublished?(partition: number, count: number, durationMs: number): void;
  onFailed?(partition: number, error: unknown): void;
}

/** The options that the relays of all partitions share. */
export interface RelayOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  /** Events are signed with the newest valid key of the owner `relay`. */
  readonly keys: MessageKeys;
  readonly log: LogReader;
  /** The store of the group `relay`. Its checkpoints say how far each partition is published. */
  readonly store: GroupStore;
  readonly prefix?: string;
  /** The maximum number of events that are read and published at once. Default 500. */
  readonly windowSize?: number;
  /**
   * The maximum number of bytes that a partition publishes at once. It bounds the memory for large events while there
   * is no broker. Default 1 MiB. When events become larger, the next window is still read in full, but only a part of
   * it is published.
   */
  readonly maxWindowBytes?: number;
  /** How often an idle partition is looked at when nothing wakes it. Default 1 s. */
  readonly pollIntervalMs?: number;
  /** How long the broker may take to confirm a window. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  readonly hooks?: RelayHooks;
}

export interface PartitionRelayOptions extends RelayOptions {
  readonly lease: Lease;
  readonly topology: DeclaredTopology<number>;
  readonly logger: Logger;
  /** Another replica relays the partition, or the group's store was lost. */
  readonly onLeaseLost: () => void;
}

const DEFAULT_WINDOW_SIZE = 500;
const DEFAULT_WINDOW_BYTES = 1_048_576;

/** The relay of one partition under one lease: read, publish, wait for the confirms, record, and again. */
export class PartitionRelay implements PartitionWorker {
  readonly lease: Lease;
  private readonly publisher: ConfirmedPublisher;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly windowBytes: number;
  private readonly windowSize: WindowSize;
  private published: Checkpoint | undefined;
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: PartitionRelayOptions) {
    const { broker, topology, confirmTimeoutMs } = options;
    this.lease = options.lease;
    this.windowBytes = options.maxWindowBytes ?? DEFAULT_WINDOW_BYTES;
    this.windowSize = new WindowSize({
      events: options.windowSize ?? DEFAULT_WINDOW_SIZE,
      bytes: this.windowBytes,
    });
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal) => topology.declare(this.lease.partition, signal),
      confirmTimeoutMs,
    });
  }

  /** Why nothing moves at the moment; absent if there is no problem. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? undefined : faultCode(this.failure);
  }

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.wakeup.ring();
  }

  /** Finishes the window under way. The broker has `graceMs` for that; 0 cuts the window off. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wakeup.ring();
    const running = this.running ?? Promise.resolve();
    const grantedMs = this.options.broker.isConnected ? graceMs : 0;
    if (grantedMs === 0 || !(await doneWithin(grantedMs, running))) {
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
    const { log, pollIntervalMs = 1_000 } = this.options;
    const startedAt = performance.now();
    const limit = this.windowSize.events;
    const events = await log.readPartition(this.lease.partition, this.published.position + 1, limit);
    const count = await this.publish(this.published, events, startedAt);
    this.failure = undefined;
    // A later append rings `wakeup`, so the relay need not look for it.
    if (count === events.length && count < limit) {
      await this.wakeup.sleep(pollIntervalMs);
    }
  }

  /** Publishes as many of these events as a window may hold, and returns their number. */
  private async publish(
    after: Checkpoint,
    events: readonly EventEnvelope[],
    startedAt: number,
  ): Promise<number> {
    if (events.length === 0) {
      return 0;
    }
    const { partition } = this.lease;
    const { store, hooks } = this.options;
    contiguous(partition, after.position + 1, events);
    const messages = this.windowOf(events);
    await this.publisher.publish(messages);
    const { position, eventId } = events[messages.length - 1]!;
    const to = { position, eventId };
    await store.advance(this.lease, after, to);
    this.published = to;
    hooks?.onPublished?.(partition, messages.length, performance.now() - startedAt);
    return messages.length;
  }

  /**
   * The events of the next window: from the first on, and at least one. The rest is read again later, in smaller
   * windows.
   */
  private windowOf(events: readonly EventEnvelope[]): readonly OutgoingMessage[] {
    const { eventExchange } = topologyNames(this.options.prefix);
    const key = this.options.keys.signingKey(RELAY_OWNER);
    const messages: OutgoingMessage[] = [];
    let bytes = 0;
    for (const event of events) {
      const message = signMessage(eventMessage(eventExchange, event), key);
      if (messages.length > 0 && bytes + message.content.length > this.windowBytes) {
        break;
      }
      bytes += message.content.length;
      messages.push(message);
    }
    this.windowSize.follow(messages.length, bytes);
    return messages;
  }

  /** Verifies the checkpoint. If the log was restored to an earlier point, its new events are not published yet. */
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
    // If the outcome of recording a position is unknown, the position may be stored. So the checkpoint is read again.
    this.published = undefined;
    const { logger, hooks } = this.options;
    const { signal } = this.stopping;
    if (signal.aborted) {
      return;
    }
    const delayMs = backoffMs(attempt, this.options);
    if (!(error instanceof TopologyMismatchError)) {
      logger.error(
        { err: error, partition: this.lease.partition, attempt, delayMs },
        'could not relay events; retrying',
      );
    }
    hooks?.onFailed?.(this.lease.partition, error);
    await pause(delayMs, signal);
  }
}
