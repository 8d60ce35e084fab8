import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import {
  HandlerProgressedError,
  type Checkpoint,
  type LogReader,
  type ParkedBatch,
  type ParkedStore,
  type PartitionBatch,
  type PartitionHandler,
} from '@tidemark/messaging';
import { allAtRest } from './all-at-rest';
import type { DocumentStore, ModelChanges } from './document-store';
import { changeOf } from './fold';
import { refoldParked } from './parked-refold';
import type { PartitionFence } from './partition-fence';
import type { Projection, Where } from './projection';
import { stepsOf, type Step } from './steps';

export interface ProjectionRunnerOptions {
  readonly projections: readonly Projection[];
  readonly documents: DocumentStore;
  readonly fence: PartitionFence;
  /** The store of parked streams. The documents of waiting events are folded again. */
  readonly parked: Pick<ParkedStore, 'replace'>;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  /** How many documents of a selection by fields are loaded and written at a time; 500 by default. */
  readonly chunkSize?: number;
  /** Called after a batch is durable, with the number of its events. */
  readonly onApplied?: (partition: number, events: number) => void;
}

/**
 * Brings the documents of its projections up to the end of each batch, and moves the checkpoint. It may be stopped
 * between any two statements. Each document has the position that it has reached, so a repeated batch changes only
 * documents that lack its events.
 *
 * Three things keep an owner that lost its partition from doing harm. A document is only written over the position at
 * which it was loaded. After it was loaded, it is only written while the checkpoint is where the batch begins. Without
 * that, a document that the database lost would count as a new one. And the checkpoint moves only for the latest lease.
 */
export class ProjectionRunner implements PartitionHandler {
  private readonly chunkSize: number;

  constructor(private readonly options: ProjectionRunnerOptions) {
    this.chunkSize = options.chunkSize ?? 500;
  }

  /**
   * When it rejects, no call is under way any more.
   *
   * @throws HandlerProgressedError when it is stopped in a selection by fields after a part was written,
   * LeaseLostError, ProjectionFailedError, ForeignPartitionError, and the stores' faults
   */
  async handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    let changes: readonly ModelChanges[] = [];
    for (const step of stepsOf(this.options.projections, batch.events)) {
      signal.throwIfAborted();
      changes = await this.foldById(step, batch);
      if (step.fanOuts.length > 0) {
        await this.commit(batch, changes);
        changes = [];
      }
      for (const { projection, where, event } of step.fanOuts) {
        await this.applyToMatching(projection, where, event, batch, signal);
      }
    }
    signal.throwIfAborted();
    await this.commit(batch, changes, batch.to);
    this.options.onApplied?.(batch.lease.partition, batch.events.length);
  }

  /** Throws the same errors as `handle`. */
  handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    return refoldParked({ ...this.options, chunkSize: this.chunkSize }, batch, signal);
  }

  /** All are folded before the first is written, so that an event on which one projection fails is in none of them. */
  private async foldById(step: Step, batch: PartitionBatch): Promise<readonly ModelChanges[]> {
    const loaded = await allAtRest(
      step.byId.map(async ({ projection, eventsById }) => ({
        projection,
        eventsById,
        documents: await this.options.documents.load(projection.name, [...eventsById.keys()]),
      })),
    );
    return this.ifHeld(batch, () =>
      loaded.map(({ projection, eventsById, documents }) => {
        const byId = new Map(documents.map((document) => [document._id, document]));
        const changes = [...eventsById].flatMap(([id, events]) =>
          changeOf(projection, id, byId.get(id), events),
        );
        return { model: projection.name, changes };
      }),
    );
  }

  /**
   * Throws the error of the fold, unless the lease or the documents were lost before it. A document that the database
   * lost is not a fault of the projection or of the log.
   *
   * @throws LeaseLostError
   */
  private async ifHeld<Result>({ lease, after }: PartitionBatch, fold: () => Result): Promise<Result> {
    try {
      return fold();
    } catch (error) {
      await this.options.fence.confirm(lease, after);
      throw error;
    }
  }

  /**
   * Applies the event in chunks, so that memory is bounded however many documents match. The writes of an attempt that
   * is stopped stay. When the batch is delivered again, it continues at the first document that the event has not
   * reached.
   *
   * @throws HandlerProgressedError
   */
  private async applyToMatching(
    projection: Projection,
    where: Where,
    event: EventEnvelope,
    batch: PartitionBatch,
    signal: AbortSignal,
  ): Promise<void> {
    const query = { partition: event.partition, where, before: event.position, limit: this.chunkSize };
    let written = 0;
    let chunk = await this.options.documents.match(projection.name, query);
    while (chunk.length > 0) {
      if (signal.aborted) {
        throw written > 0
          ? new HandlerProgressedError(
              `${projection.name}: ${event.type} has been applied to ${written} more documents`,
            )
          : signal.reason;
      }
      const loaded = chunk;
      const changes = await this.ifHeld(batch, () =>
        loaded.flatMap((document) => changeOf(projection, document._id, document, [event])),
      );
      await this.commit(batch, [{ model: projection.name, changes }]);
      written += changes.length;
      const afterId = chunk[chunk.length - 1]!._id;
      chunk =
        chunk.length < this.chunkSize
          ? []
          : await this.options.documents.match(projection.name, { ...query, afterId });
    }
  }

  private async commit(
    { lease, after: at }: PartitionBatch,
    changes: readonly ModelChanges[],
    to?: Checkpoint,
  ): Promise<void> {
    const written = changes.filter((one) => one.changes.length > 0);
    if (written.length > 0 || to) {
      await this.options.fence.commit({ lease, at, ...(to && { to }), changes: written });
    }
  }
}
