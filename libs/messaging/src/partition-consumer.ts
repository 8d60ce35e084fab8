import type { EventEnvelope } from '@tidemark/kernel';
import type { ConsumeMessage } from 'amqplib';
import { readAfter, verifyCheckpoint } from './anchored-read';
import { backoffMs, pause, within } from './backoff';
import { faultCode, LeaseLostError, MissingEventsError } from './errors';
import { parseEventMessage } from './event-message';
import { nextStep } from './next-step';
import type { Logger } from './logger';
import type { PartitionConsumerGroupOptions } from './partition-consumer-group';
import type { Checkpoint, Lease } from './partition-handler';
import { QueueSubscription } from './queue-subscription';
import { declareEventTopology, topologyNames } from './topology';
import { Wakeup } from './wakeup';

export interface PartitionConsumerOptions extends PartitionConsumerGroupOptions {
  readonly lease: Lease;
  readonly logger: Logger;
  /** Somebody else works on the partition, or the group's store was lost. */
  readonly onLeaseLost: () => void;
}

interface Received {
  readonly position: number;
  readonly event: EventEnvelope;
  readonly message: ConsumeMessage;
}

const DEFAULT_MAX_BATCH = 200;
const DEFAULT_PREFETCH = 256;
/** Nothing depends on it: deliveries and the idle check ring. */
const LONG_SLEEP_MS = 60_000;

/**
 * The consumer of one partition under one lease. It catches up with the log first, then takes what the queue delivers,
 * and goes back to the log wherever the queue leaves a hole; without a broker the idle check alone keeps it going.
 */
export class PartitionConsumer {
  readonly lease: Lease;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly subscription: QueueSubscription;
  private inbox: Received[] = [];
  private checkpoint: Checkpoint | undefined;
  /** The log may hold more than was applied, and the queue does not say so. */
  private behind = true;
  private waiting = false;
  private lastActiveAt = performance.now();
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: PartitionConsumerOptions) {
    this.lease = options.lease;
    const { broker, prefix, group, logger, prefetch = DEFAULT_PREFETCH } = options;
    const { partition } = this.lease;
    this.subscription = new QueueSubscription({
      broker,
      prefetch,
      logger,
      queue: topologyNames(prefix).eventQueue(group, partition),
      declare: (signal) =>
        declareEventTopology(broker, { prefix, groups: [group], partitions: [partition] }, signal),
      onDelivery: (message) => this.receive(message),
      onReset: () => (this.inbox = []),
    });
  }

  /** Why nothing moves at the moment; absent when all is well. */
  get errorCode(): string | undefined {
    return this.failure === undefined ? undefined : faultCode(this.failure);
  }

  start(): void {
    this.running = this.run();
  }

  /** Where an idle consumer believes to be; `undefined` while it is busy or heard something in the last `forMs`. */
  idleAt(forMs: number): Checkpoint | undefined {
    const idle = this.waiting && this.inbox.length === 0 && performance.now() - this.lastActiveAt >= forMs;
    return idle ? this.checkpoint : undefined;
  }

  /** Compares what `idleAt` returned with what the store and the log say since. */
  compare(seen: Checkpoint, stored: Checkpoint | undefined, head: number): void {
    if (!this.waiting || this.checkpoint !== seen) {
      return;
    }
    if (stored?.position !== seen.position || stored.eventId !== seen.eventId) {
      this.reportLost(
        new LeaseLostError(this.lease, 'the stored checkpoint is not where this consumer left it'),
      );
    } else if (head !== seen.position) {
      this.behind = true;
      this.wakeup.ring();
    }
  }

  /**
   * Finishes and acknowledges the batch under way, for which the handler is given `graceMs` (0 does not wait for it),
   * then closes the channel, so that the rest is back in the queue in order.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wakeup.ring();
    if (graceMs > 0 && (await within(graceMs, this.running ?? Promise.resolve()))) {
      this.acknowledgeApplied();
    }
    await this.subscription.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        // After a failure one event at a time, so that the one that fails is known and the others pass.
        await this.step(attempt === 1 ? (this.options.maxBatch ?? DEFAULT_MAX_BATCH) : 1);
        this.failure = undefined;
        attempt = 0;
      } catch (error) {
        if (error instanceof LeaseLostError) {
          this.reportLost(error);
          return;
        }
        await this.backOff(error, attempt);
      }
    }
  }

  private async step(maxBatch: number): Promise<void> {
    this.checkpoint ??= await this.resume();
    if (this.behind) {
      this.behind = await this.applyFromLog(this.checkpoint, maxBatch);
      return;
    }
    this.subscription.start();
    const { duplicates, apply, waiting, missingUpTo } = nextStep(
      this.checkpoint.position,
      this.inbox,
      maxBatch,
    );
    this.inbox = [...apply, ...waiting];
    this.acknowledge(duplicates);
    if (apply.length > 0) {
      await this.apply(
        this.checkpoint,
        apply.map(({ event }) => event),
      );
      this.acknowledgeApplied();
    } else if (missingUpTo !== undefined) {
      await this.fillGap(this.checkpoint, missingUpTo, maxBatch);
      this.acknowledgeApplied();
    } else {
      await this.wait();
    }
  }

  private async wait(): Promise<void> {
    this.waiting = true;
    await this.wakeup.sleep(LONG_SLEEP_MS);
    this.waiting = false;
  }

  private receive(message: ConsumeMessage): void {
    this.lastActiveAt = performance.now();
    try {
      const event = parseEventMessage(message.content, this.lease.partition);
      this.inbox.push({ position: event.position, event, message });
    } catch (error) {
      const messageId: unknown = message.properties.messageId;
      this.options.logger.error(
        { err: error, partition: this.lease.partition, messageId },
        'dropped a message that is no event; whatever it should have been comes from the log',
      );
      this.subscription.ack([message]);
    }
    this.wakeup.ring();
  }

  private async apply(after: Checkpoint, stored: readonly EventEnvelope[]): Promise<void> {
    const { codec, handler, hooks } = this.options;
    const [first, ...rest] = stored.map((event) => ({ ...event, data: codec.decode(event).data }));
    if (!first) {
      return;
    }
    const startedAt = performance.now();
    await handler.handle({ lease: this.lease, after, events: [first, ...rest] });
    const last = rest.at(-1) ?? first;
    this.checkpoint = { position: last.position, eventId: last.eventId };
    this.lastActiveAt = performance.now();
    hooks?.onApplied?.(this.lease.partition, stored.length, this.lastActiveAt - startedAt);
  }

  private acknowledgeApplied(): void {
    const applied = this.checkpoint?.position ?? 0;
    this.acknowledge(this.inbox.filter(({ position }) => position <= applied));
    this.inbox = this.inbox.filter(({ position }) => position > applied);
  }

  private acknowledge(received: readonly Received[]): void {
    this.subscription.ack(received.map(({ message }) => message));
  }

  /** The event behind the hole is taken from the log too, so that a queue that outlived its log can't add to it. */
  private async fillGap(after: Checkpoint, upTo: number, maxBatch: number): Promise<void> {
    const missing = upTo - after.position;
    await this.applyFromLog(after, Math.min(maxBatch, missing));
    if (this.checkpoint === after) {
      throw new MissingEventsError(this.lease.partition, after.position + 1, upTo);
    }
  }

  /** One page. Tells whether there may be more. */
  private async applyFromLog(after: Checkpoint, limit: number): Promise<boolean> {
    const events = await readAfter(this.options.log, this.lease.partition, after, limit);
    const wasAt = after.position;
    await this.apply(after, events);
    if (events.length > 0) {
      const { partition } = this.lease;
      this.options.logger.debug({ partition, after: wasAt, count: events.length }, 'applied from the log');
      this.options.hooks?.onHealed?.(partition, events.length);
    }
    return events.length === limit;
  }

  private async resume(): Promise<Checkpoint> {
    const checkpoint = await this.options.store.loadCheckpoint(this.lease.partition);
    if (!checkpoint) {
      throw new LeaseLostError(this.lease, 'the group store was lost');
    }
    await verifyCheckpoint(this.options.log, this.lease.partition, checkpoint);
    return checkpoint;
  }

  private reportLost(error: LeaseLostError): void {
    if (!this.stopping.signal.aborted) {
      this.options.logger.warn({ err: error, partition: this.lease.partition }, 'stopped consuming');
      this.options.onLeaseLost();
    }
  }

  private async backOff(error: unknown, attempt: number): Promise<void> {
    const { signal } = this.stopping;
    this.failure = error;
    const next = (this.checkpoint?.position ?? 0) + 1;
    // The outcome may be unknown: the stored checkpoint says whether the batch took effect.
    this.checkpoint = undefined;
    if (signal.aborted) {
      return;
    }
    const delayMs = backoffMs(attempt, this.options);
    const { group, logger, hooks } = this.options;
    const { partition } = this.lease;
    const eventId = this.inbox.find(({ position }) => position === next)?.event.eventId;
    logger.error(
      { err: error, group, partition, position: next, eventId, attempt, delayMs },
      'could not apply; the partition waits',
    );
    hooks?.onFailed?.(partition, error);
    await pause(delayMs, signal);
  }
}
