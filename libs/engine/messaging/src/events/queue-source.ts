import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { MissingEventsError } from '../errors';
import type { Logger } from '../logger';
import { readAfter, verifyCheckpoint } from './anchored-read';
import type { DeliveryHooks, PartitionSource } from './delivery';
import type { LogReader } from './log-reader';
import { LogSource } from './log-source';
import { PartitionInbox, type PartitionInboxOptions } from './partition-inbox';

export interface QueueSourceOptions extends Omit<PartitionInboxOptions, 'onDelivery'> {
  readonly log: LogReader;
  readonly hooks?: DeliveryHooks | undefined;
  readonly onNews: () => void;
  readonly logger: Logger;
}

/**
 * The events of one partition, as its queue delivers them. First it catches up with the log. Where the queue leaves a
 * hole, or contradicts the log, it reads the log again.
 */
export class QueueSource implements PartitionSource {
  private readonly inbox: PartitionInbox;
  private readonly stored: LogSource;
  /** What was handed out last, if it came from the log. */
  private fromLog: { readonly after: number; readonly to: number } | undefined;

  constructor(private readonly options: QueueSourceOptions) {
    this.inbox = new PartitionInbox({ ...options, onDelivery: options.onNews });
    this.stored = new LogSource(options);
  }

  get errorCode(): string | undefined {
    return this.inbox.errorCode;
  }

  get isIdle(): boolean {
    return this.stored.isIdle && this.inbox.isEmpty;
  }

  noticeMore(): void {
    this.stored.noticeMore();
  }

  async next(after: Checkpoint, limit: number): Promise<readonly EventEnvelope[]> {
    const stored = await this.stored.next(after, limit);
    if (stored.length > 0) {
      return this.tookFromLog(after, stored);
    }
    this.fromLog = undefined;
    this.inbox.open();
    if (this.inbox.contradicts(after)) {
      // Dropping it as a duplicate would hide that the log was restored and has grown again since.
      await verifyCheckpoint(this.options.log, this.options.partition, after);
    }
    const { apply, missingUpTo } = this.inbox.next(after.position, limit);
    if (apply.length > 0) {
      return this.inbox.isTrusted ? apply : this.compared(after, apply);
    }
    return missingUpTo === undefined ? [] : this.missing(after, missingUpTo, limit);
  }

  acknowledge(position: number): void {
    this.inbox.acknowledgeUpTo(position);
    if (this.fromLog) {
      const { partition, logger, hooks } = this.options;
      const { after, to } = this.fromLog;
      const count = Math.min(position, to) - after;
      this.fromLog = undefined;
      logger.debug({ partition, after, count }, 'applied events from the log');
      hooks?.onHealed?.(partition, count);
    }
  }

  /** Closes the channel, so that the other messages are back in the queue, in order. */
  close(): Promise<void> {
    return this.inbox.close();
  }

  private tookFromLog(after: Checkpoint, events: readonly EventEnvelope[]): readonly EventEnvelope[] {
    this.fromLog = { after: after.position, to: after.position + events.length };
    return events;
  }

  /** A queue may have outlived its log, so its older messages count only after a comparison with the log. */
  private async compared(
    after: Checkpoint,
    delivered: readonly EventEnvelope[],
  ): Promise<readonly EventEnvelope[]> {
    const stored = await readAfter(this.options.log, this.options.partition, after, delivered.length);
    if (delivered.every(({ eventId }, index) => eventId === stored[index]?.eventId)) {
      this.inbox.trust(delivered);
      return stored;
    }
    return this.missing(after, after.position + delivered.length, delivered.length);
  }

  /** The event behind the hole is taken from the log too. */
  private async missing(after: Checkpoint, upTo: number, limit: number): Promise<readonly EventEnvelope[]> {
    const { log, partition } = this.options;
    const events = await readAfter(log, partition, after, Math.min(limit, upTo - after.position));
    if (events.length > 0) {
      return this.tookFromLog(after, events);
    }
    await this.dropBeyondLog(after, upTo);
    return this.next(after, limit);
  }

  /**
   * Such messages belong to a log that was restored since. If this process has only read the log late, the log delivers
   * them again.
   */
  private async dropBeyondLog(after: Checkpoint, upTo: number): Promise<void> {
    const { log, logger, partition } = this.options;
    const head = (await log.heads()).get(partition) ?? 0;
    if (head >= upTo) {
      throw new MissingEventsError(partition, after.position + 1, upTo);
    }
    const count = this.inbox.dropBeyond(head);
    logger.warn({ partition, head, count }, 'dropped messages whose events are not in the log');
  }
}
