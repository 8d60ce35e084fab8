import type { EventEnvelope } from '@tidemark/kernel';
import type { GroupStore } from '../leases/group-store';
import type { ParkedStore } from '../parked/parked-store';
import type { ParkedBatch, PartitionBatch, PartitionHandler } from './partition-handler';

/**
 * Remembers the events that took effect, in order. An event has taken effect once the checkpoint or a parked stream's
 * record has moved past it.
 */
export class RecordingHandler implements PartitionHandler {
  readonly applied: EventEnvelope[] = [];
  batches = 0;
  /** Called before each batch takes effect, so that a test can delay or fail it. */
  before: (batch: PartitionBatch | ParkedBatch, signal: AbortSignal) => void | Promise<void> = () => {};
  /** Called after waiting events took effect, so that a test can end the process there. */
  afterParked: (batch: ParkedBatch) => void | Promise<void> = () => {};

  constructor(
    private readonly store: GroupStore,
    private readonly parked: Pick<ParkedStore, 'replace'>,
  ) {}

  async handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    await this.before(batch, signal);
    await this.store.advance(batch.lease, batch.after, batch.to);
    this.applied.push(...batch.events);
    this.batches += 1;
  }

  async handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    await this.before(batch, signal);
    await this.parked.replace(batch.lease, batch.from, batch.to);
    this.applied.push(...batch.events);
    await this.afterParked(batch);
  }

  positions(partition: number): number[] {
    return this.applied.filter((event) => event.partition === partition).map((event) => event.position);
  }

  positionsOf(streamId: string): number[] {
    return this.applied.filter((event) => event.streamId === streamId).map((event) => event.position);
  }
}
