import type { EventEnvelope } from '@tidemark/kernel';
import type { GroupStore } from './group-store';
import type { PartitionBatch, PartitionHandler } from './partition-handler';

/** Remembers what took effect, per partition and in order; an effect is whatever got the checkpoint over it. */
export class RecordingHandler implements PartitionHandler {
  readonly applied: EventEnvelope[] = [];
  batches = 0;
  /** Called before each batch takes effect, to delay or to fail it. */
  before: (batch: PartitionBatch) => void | Promise<void> = () => {};

  constructor(private readonly store: GroupStore) {}

  async handle(batch: PartitionBatch): Promise<void> {
    await this.before(batch);
    const last = batch.events.at(-1)!;
    await this.store.advance(batch.lease, batch.after, { position: last.position, eventId: last.eventId });
    this.applied.push(...batch.events);
    this.batches += 1;
  }

  positions(partition: number): number[] {
    return this.applied.filter((event) => event.partition === partition).map((event) => event.position);
  }
}
