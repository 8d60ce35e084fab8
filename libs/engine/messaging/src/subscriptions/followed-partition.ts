import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { LogDivergedError } from '../errors';
import { LogFollower, type LogPage } from '../events/log-follower';
import type { SubscribeOptions, SubscribedEvents } from './subscription';

export interface FollowedPartitionOptions extends Pick<
  SubscribeOptions,
  'log' | 'filter' | 'codec' | 'checkpoints'
> {
  readonly number: number;
  readonly batchSize: number;
}

/** How many positions one statement looks at, so that it stays short where few events pass the filter. */
const SPAN = 5_000;
/** Progress past events that do not pass the filter is saved after this many positions, to save writes. */
const WORTH_SAVING = 1_000;

/** How far a subscription has come in one partition. */
export class FollowedPartition {
  readonly number: number;
  private readonly follower = new LogFollower((after, limit) => this.read(after, limit));
  private saved: Checkpoint = { position: 0 };
  private at: Checkpoint = { position: 0 };
  private underWay: Checkpoint | undefined;

  constructor(private readonly options: FollowedPartitionOptions) {
    this.number = options.number;
  }

  get isIdle(): boolean {
    return this.follower.isIdle;
  }

  /** The log has, or may have, more. */
  notice(): void {
    this.follower.notice();
  }

  /** The head is not where the subscription is: the log has more events, or was restored to an earlier point. */
  compare(head: number | undefined): void {
    if (head !== undefined && head !== this.at.position) {
      this.follower.notice();
    }
  }

  /** Continues from a stored checkpoint. */
  resume(stored: Checkpoint): void {
    this.saved = stored;
    this.at = stored;
  }

  /** Begins after a position, and saves that position, because a later opening would otherwise begin elsewhere. */
  async begin(start: number): Promise<void> {
    const { log, checkpoints } = this.options;
    if (start > 0) {
      const { anchorId } = await log.scanPartition(this.number, start, { limit: 1, span: 1 });
      if (anchorId === undefined) {
        throw new LogDivergedError(this.number, start, undefined, undefined);
      }
      this.at = { position: start, eventId: anchorId };
    }
    await checkpoints?.save({ partition: this.number, from: this.saved, to: this.at });
    this.saved = this.at;
  }

  /** Returns no item when there is no event, or when no event passes the filter. */
  async take(): Promise<{ readonly item?: SubscribedEvents; readonly isBehind: boolean }> {
    const page = await this.follower.next(this.at, this.options.batchSize);
    if (!page) {
      return { isBehind: false };
    }
    const { events, to, isFull: isBehind } = page;
    if (events.length > 0) {
      this.underWay = to;
      const step = { partition: this.number, from: this.saved, to };
      return { item: { kind: 'events', ...step, events: events.map((event) => this.lift(event)) }, isBehind };
    }
    this.at = to;
    if (to.position - this.saved.position >= WORTH_SAVING) {
      await this.saveSkipped();
    }
    return { isBehind };
  }

  async done(isSaved: boolean): Promise<void> {
    const to = this.underWay!;
    if (!isSaved) {
      await this.options.checkpoints?.save({ partition: this.number, from: this.saved, to });
    }
    this.saved = to;
    this.at = to;
  }

  async saveSkipped(): Promise<void> {
    if (this.at.position > this.saved.position) {
      await this.options.checkpoints?.save({ partition: this.number, from: this.saved, to: this.at });
      this.saved = this.at;
    }
  }

  private async read(after: Checkpoint, limit: number): Promise<LogPage> {
    const { log, filter, number } = this.options;
    const { anchorId, events, to, head } = await log.scanPartition(number, after.position, {
      limit,
      filter,
      span: SPAN,
    });
    if (anchorId !== after.eventId) {
      throw new LogDivergedError(number, after.position, after.eventId, anchorId);
    }
    return { events, to, isFull: to.position < head };
  }

  private lift(event: EventEnvelope): EventEnvelope {
    const { codec } = this.options;
    return codec ? { ...event, data: codec.decode(event).data } : event;
  }
}
