import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import type { Logger } from '../logger';
import type { ParkedStore } from './parked-store';
import {
  hasGivenUp,
  heldBackBy,
  isRequested,
  matters,
  parkedStream,
  type ParkedStream,
} from './parked-stream';

export interface PartitionParkingOptions {
  readonly lease: Lease;
  readonly group: string;
  readonly parked: ParkedStore;
  readonly logger: Logger;
}

/** The parked streams of a partition, as its owner knows them. Only the owner parks and resolves them. */
export class PartitionParking {
  private streams: readonly ParkedStream[] = [];
  private isHeldBack = heldBackBy([]);

  constructor(private readonly options: PartitionParkingOptions) {}

  /** The earliest stream with a request of an operator. */
  get nextRequest(): ParkedStream | undefined {
    return this.streams.find(isRequested);
  }

  async load(): Promise<void> {
    this.know(await this.options.parked.load(this.options.lease));
  }

  isLeftOut(event: EventEnvelope): boolean {
    return this.isHeldBack(event);
  }

  /** Whether the event was discarded, so that it never takes effect, whatever happens to its stream. */
  isGivenUp({ eventId }: EventEnvelope): boolean {
    return this.streams.some((stream) => hasGivenUp(stream, eventId));
  }

  /** Whether an event is left out once `next` has replaced its stream's record. */
  leftOutOnce(next: ParkedStream): (event: EventEnvelope) => boolean {
    return heldBackBy(this.with(next));
  }

  /** Parks the event's stream, moves the checkpoint past the event, and returns the new checkpoint. */
  async park(from: Checkpoint, event: EventEnvelope, error: unknown, attempts: number): Promise<Checkpoint> {
    const { lease, group, parked, logger } = this.options;
    const stream = parkedStream(group, lease, event, { error, attempts }, new Date().toISOString());
    const to = { position: event.position, eventId: event.eventId };
    this.know(this.with(await parked.park(lease, stream, from, to)));
    const { partition, streamId, id } = stream;
    logger.error(
      { err: error, group, partition, position: event.position, streamId, parkedId: id, attempts },
      'parked a stream; the partition continues without it',
    );
    return to;
  }

  /** Takes over a record that the handler has already changed in the store, together with the effects. */
  replaced(next: ParkedStream): void {
    this.know(this.with(next).filter(matters));
  }

  async replace(from: ParkedStream, to: ParkedStream): Promise<void> {
    await this.options.parked.replace(this.options.lease, from, to);
    this.replaced(to);
  }

  private know(streams: readonly ParkedStream[]): void {
    this.streams = streams;
    this.isHeldBack = heldBackBy(streams);
  }

  private with(next: ParkedStream): readonly ParkedStream[] {
    return [...this.streams.filter(({ id }) => id !== next.id), next];
  }
}
