import type { EventCodec } from '@tidemark/kernel';
import type { LogReader } from '@tidemark/messaging';
import { inTransaction, isUnavailable, type AppendTransaction, type PositionSpan } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { InlineNotPreparedError } from '../errors';
import { generationName } from '../generations/generation';
import { GenerationTables } from '../postgres/generation-tables';
import { prepareGeneration } from '../postgres/prepare-generation';
import type { Projection } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import { foldInline, type InlineTarget } from './fold-inline';
import {
  addCheckpoints,
  lockCheckpoints,
  moveCheckpoints,
  readCheckpoint,
  storedGenerations,
  removeGeneration,
  type InlineCheckpoint,
} from './inline-checkpoints';

export interface InlineProjectionsOptions {
  /**
   * Connections to the database that holds the log, as a member of the roles `tidemark_event_store_writer` and
   * `tidemark_read_models_writer`. The appends need both roles as well.
   */
  readonly pool: Pool;
  readonly projections: readonly Projection[];
  /** The read models of the projections. */
  readonly readModels: readonly ReadModel[];
  readonly log: Pick<LogReader, 'readPartition'> & { heads(): Promise<ReadonlyMap<number, number>> };
  readonly codec: Pick<EventCodec, 'decode'>;
  /** Events that `fill` folds in one transaction; 500 by default. */
  readonly pageSize?: number;
  /**
   * How many events of other appends an append folds if a projection is behind, for example after an append by a
   * process without it. A projection that is further behind waits for `fill`. 1,000 by default.
   */
  readonly maxCatchUp?: number;
  /** Called when a projection can't fold events of earlier appends. It stays behind, and the append succeeds. */
  readonly onBehind?: (projection: string, partition: number, fault: unknown) => void;
}

/** The number of an inline projection's generation. Groups count theirs from 1. */
const inlineGeneration = 0;

/** The generation that holds the documents of an inline projection. Queries of the read model name it. */
export function inlineGenerationOf(projection: Pick<Projection, 'name' | 'version'>): string {
  return generationName(projection.name, { version: projection.version, generation: inlineGeneration });
}

/**
 * Projections whose documents are written in the transaction of the append, so that no reader sees the event without
 * them. Pass `follow` to the event store as `inline`.
 *
 * Each projection has a checkpoint for each partition. An append locks it, folds everything up to its own last event,
 * and moves it. So documents are never ahead of the log or behind it, and a partition's events are folded in order.
 */
export class InlineProjections {
  private readonly targets: readonly InlineTarget[];
  private readonly tables: GenerationTables;

  constructor(private readonly options: InlineProjectionsOptions) {
    this.tables = new GenerationTables(options.readModels);
    this.targets = options.projections.map((projection) => {
      const generation = inlineGenerationOf(projection);
      return { projection, generation, stored: this.tables.of(generation) };
    });
  }

  /** Does the work of an append. See `InlineWork`. */
  readonly follow = async (transaction: AppendTransaction): Promise<void> => {
    const { client, written } = transaction;
    const partitions = written.map(({ partition }) => partition);
    const checkpoints = await lockCheckpoints(client, this.generations, partitions);
    if (checkpoints.length < this.targets.length * partitions.length) {
      throw new InlineNotPreparedError(this.missing(checkpoints, partitions));
    }
    const events = await transaction.read(written);
    const moved: InlineCheckpoint[] = [];
    for (const target of this.targets) {
      const spans = await this.current(transaction, target, checkpoints);
      const own = events.filter(({ partition }) => spans.some((span) => span.partition === partition));
      await foldInline(client, target, own);
      moved.push(
        ...spans.map(({ partition, last }) => ({ generation: target.generation, partition, position: last })),
      );
    }
    if (moved.length > 0) {
      await moveCheckpoints(client, moved);
    }
  };

  /**
   * Makes what is missing: the table of each projection's documents, and its checkpoints. Before that, appends of a
   * process with these projections fail with `inline_not_prepared`. Safe to run again and at the same time.
   */
  async prepare(): Promise<void> {
    const { pool, readModels, log } = this.options;
    for (const { projection, generation } of this.targets) {
      const readModel = readModels.find(({ name }) => name === projection.name)!;
      await prepareGeneration(pool, this.tables.define(readModel, generation));
    }
    await addCheckpoints(pool, this.generations, [...(await log.heads()).keys()]);
  }

  /**
   * Folds what the documents lack, from the log, while appends continue. When it resolves, the documents contain every
   * event that was committed before the call, and later appends keep them current. Call it after `prepare`, before the
   * process serves reads, and after an import. It continues where an earlier call stopped.
   *
   * @throws ProjectionFailedError, ForeignPartitionError: the projection is behind at this event
   */
  async fill(): Promise<void> {
    for (const target of this.targets) {
      for (const [partition, head] of await this.options.log.heads()) {
        for (let position = 0; position < head;) {
          position = await this.fillPage(target, partition, head);
        }
      }
    }
  }

  /** Drops the documents of other versions of these projections. No process may use them any more. */
  async dropRetired(): Promise<readonly string[]> {
    const { pool, projections } = this.options;
    const retired = (await storedGenerations(pool)).filter(
      (generation) =>
        !this.generations.includes(generation) &&
        projections.some(({ name }) => name === generation.replace(/_v\d+_g0$/, '')),
    );
    for (const generation of retired) {
      await removeGeneration(pool, generation, this.tables.namesOf(generation));
    }
    return retired;
  }

  private get generations(): readonly string[] {
    return this.targets.map(({ generation }) => generation);
  }

  /**
   * The spans whose projection contains every event before them, after it has caught up with those of other appends. A
   * span without its projection is left out.
   */
  private async current(
    transaction: AppendTransaction,
    target: InlineTarget,
    checkpoints: readonly InlineCheckpoint[],
  ): Promise<readonly PositionSpan[]> {
    const { maxCatchUp = 1_000 } = this.options;
    const current: PositionSpan[] = [];
    for (const span of transaction.written) {
      const { position } = checkpoints.find(
        ({ generation, partition }) => generation === target.generation && partition === span.partition,
      )!;
      const missing = { partition: span.partition, first: position + 1, last: span.first - 1 };
      const behind = missing.last - position;
      if (behind <= 0 || (behind <= maxCatchUp && (await this.catchUp(transaction, target, missing)))) {
        current.push(span);
      }
    }
    return current;
  }

  /** An event of another append must not make this one fail, so the savepoint undoes what it did. */
  private async catchUp(
    { client, read }: AppendTransaction,
    target: InlineTarget,
    missing: PositionSpan,
  ): Promise<boolean> {
    await client.query('SAVEPOINT catch_up');
    try {
      await foldInline(client, target, await read([missing]));
      return true;
    } catch (error) {
      if (isUnavailable(error)) {
        throw error;
      }
      await client.query('ROLLBACK TO SAVEPOINT catch_up');
      this.options.onBehind?.(target.projection.name, missing.partition, error);
      return false;
    }
  }

  /**
   * Reads the events before it locks the checkpoint, so that an append never waits for a read.
   *
   * @returns the checkpoint's position afterwards
   */
  private async fillPage(target: InlineTarget, partition: number, head: number): Promise<number> {
    const { pool, log, codec, pageSize = 500 } = this.options;
    const { generation } = target;
    const { position } = await readCheckpoint(pool, generation, partition);
    const limit = Math.min(pageSize, head - position);
    if (limit <= 0) {
      return position;
    }
    const stored = await log.readPartition(partition, position + 1, limit);
    const events = stored.map((event) => ({ ...event, data: codec.decode(event).data }));
    return inTransaction(pool, async (client) => {
      const [checkpoint] = await lockCheckpoints(client, [generation], [partition]);
      if (checkpoint?.position !== position) {
        // An append has caught up, or another process fills.
        return checkpoint?.position ?? position;
      }
      await foldInline(client, target, events);
      await moveCheckpoints(client, [{ generation, partition, position: position + events.length }]);
      return position + events.length;
    });
  }

  private missing(checkpoints: readonly InlineCheckpoint[], partitions: readonly number[]): string {
    return this.generations.find(
      (generation) =>
        checkpoints.filter((checkpoint) => checkpoint.generation === generation).length < partitions.length,
    )!;
  }
}
