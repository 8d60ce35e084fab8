import type { EventCodec } from '@tidemark/kernel';
import { asStoreFault, sqlState, Transaction, violatedConstraint } from '@tidemark/postgres';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CommandIdReusedError, PartlyImportedError, VersionConflictError } from './errors';
import { unknownPartition } from './event-store';
import { ImportBatch, type ImportedAppend, type PlacedAppend, type StreamEnds } from './import-batch';
import { copyEvents, copyRows } from './sql/copy-events';
import { findStreams, type FoundStreamRow } from './sql/find-streams';
import { knownCommands, type KnownCommandRow } from './sql/known-commands';
import { lockHeads } from './sql/lock-heads';
import { moveHeads, type MovedHeadRow } from './sql/move-heads';

export interface EventImporterOptions {
  /** Made by `createPool`, as a member of the writer's role. Its `statementTimeoutMs` bounds the time of a batch. */
  readonly pool: Pool;
  readonly codec: EventCodec;
  /** The number of partitions that the log was created with: see `checkPartitions`. */
  readonly partitions: number;
  /** How many events `importAll` writes in one transaction; 10,000 by default. */
  readonly batchEvents?: number;
}

export interface ImportResult {
  /** The number of events that were written. */
  readonly events: number;
  /** The number of events that the log had already, from an earlier run of the same import. */
  readonly repeated: number;
}

/** Appends between which the preparation lets other work of the process proceed, such as the previous batch's COPY. */
const appendsPerTurn = 250;
/** A rival can begin the same stream in another partition, or repeat the command, but only once. */
const attempts = 3;

/**
 * Writes a history into the log by COPY, for moves from other systems. It keeps the log's rules: positions and versions
 * have no gaps, and a command's id is known for ever. A batch is written completely or not at all.
 *
 * It may run while others append. It locks the heads of the batch's partitions in their order, so appends to these
 * partitions wait until the batch is committed. It takes no turns, folds no inline projections, and wakes no consumers:
 * they find the events when they poll.
 */
export class EventImporter {
  constructor(private readonly options: EventImporterOptions) {}

  /**
   * Imports all appends in their order, in batches. While one batch is written, the next is prepared. Appends of one
   * command that follow each other stay in one batch.
   *
   * After a fault, the same call continues: the log already knows the batches that were written, if `batchEvents` and
   * the order of the appends are the same.
   *
   * @throws the errors of `importBatch`; all batches before the faulty one are then written, and none after it
   */
  async importAll(appends: AsyncIterable<ImportedAppend> | Iterable<ImportedAppend>): Promise<ImportResult> {
    let total: ImportResult = { events: 0, repeated: 0 };
    let writing: Promise<ImportResult> | undefined;
    const settle = async () => {
      const { events, repeated } = (await writing) ?? { events: 0, repeated: 0 };
      total = { events: total.events + events, repeated: total.repeated + repeated };
    };
    try {
      for await (const batch of this.batchesOf(appends)) {
        await settle();
        writing = this.write(batch);
        // The preparation of the next batch may fail first, and then waits for this one.
        writing.catch(() => undefined);
      }
    } catch (error) {
      await writing;
      throw error;
    }
    await settle();
    return total;
  }

  /**
   * Imports these appends in one transaction. Nothing is written if any append is refused. A batch whose commands are
   * all in the log with the same hashes was imported before, and changes nothing.
   *
   * @throws InvalidAppendError, EventTooLargeError, ContractViolationError, UnknownEventTypeError: nothing was sent
   * @throws VersionConflictError, CommandIdReusedError, PartlyImportedError: nothing was written
   * @throws StoreUnavailableError: it is unknown whether it was written; the same batch may be imported again
   */
  async importBatch(appends: readonly ImportedAppend[]): Promise<ImportResult> {
    const batch = this.newBatch();
    for (const append of appends) {
      batch.add(append);
    }
    return this.write(batch);
  }

  private newBatch(): ImportBatch {
    return new ImportBatch(this.options.codec, this.options.partitions);
  }

  private async *batchesOf(
    appends: AsyncIterable<ImportedAppend> | Iterable<ImportedAppend>,
  ): AsyncGenerator<ImportBatch> {
    const { batchEvents = 10_000 } = this.options;
    let batch = this.newBatch();
    let added = 0;
    for await (const append of appends) {
      if (batch.events >= batchEvents && !batch.hasCommand(append.command.commandId)) {
        yield batch;
        batch = this.newBatch();
      }
      batch.add(append);
      added += 1;
      if (added % appendsPerTurn === 0) {
        await turn();
      }
    }
    yield batch;
  }

  private async write(batch: ImportBatch): Promise<ImportResult> {
    if (batch.events === 0) {
      return { events: 0, repeated: 0 };
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.attempt(batch);
        return { events: batch.events, repeated: 0 };
      } catch (error) {
        const fault = asStoreFault(error);
        if (!isRefusal(fault)) {
          throw fault;
        }
        if (await this.isRepeated(batch)) {
          return { events: 0, repeated: batch.events };
        }
        const conflict = await this.conflictIn(batch);
        if (conflict || attempt === attempts) {
          throw conflict ?? fault;
        }
      }
    }
  }

  private async attempt(batch: ImportBatch): Promise<void> {
    const transaction = await Transaction.begin(this.options.pool);
    try {
      const { client } = transaction;
      const { placed, now } = await place(batch, client);
      await pipeline(Readable.from(copyRows(placed, now)), client.query(copyFrom(copyEvents)));
      await transaction.commit();
    } catch (error) {
      await transaction.rollback(error);
      throw error;
    }
  }

  /**
   * Whether the log has all commands of the batch already.
   *
   * @throws CommandIdReusedError, PartlyImportedError
   */
  private async isRepeated(batch: ImportBatch): Promise<boolean> {
    const { commandIds } = batch;
    const { rows } = await this.options.pool.query<KnownCommandRow>(knownCommands(commandIds));
    const reused = rows.find((row) => row.command_hash.toString('hex') !== batch.hashOf(row.command_id));
    if (reused) {
      throw new CommandIdReusedError(reused.command_id);
    }
    if (rows.length > 0 && rows.length < commandIds.length) {
      throw new PartlyImportedError(rows[0]!.command_id, rows.length, commandIds.length);
    }
    return rows.length > 0;
  }

  /** The stream that is not where the batch expects it. */
  private async conflictIn(batch: ImportBatch): Promise<unknown> {
    const ends = await endsOf(batch.streamIds, this.options.pool);
    try {
      batch.place(
        ends,
        new Map([...batch.eventsByPartition(ends).keys()].map((partition) => [partition, 0])),
      );
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

/** Locks the heads, then looks where the streams end, and takes the positions. */
async function place(
  batch: ImportBatch,
  client: PoolClient,
): Promise<{ readonly placed: readonly PlacedAppend[]; readonly now: string }> {
  // A stream stays in its first partition for ever, so this look needs no lock.
  const homes = batch.eventsByPartition(await endsOf(batch.continuedStreams, client));
  await client.query(lockHeads([...homes.keys()]));
  // Under READ COMMITTED, this look sees what was committed while the locks were waited for.
  const ends = await endsOf(batch.continuedStreams, client);
  const events = batch.eventsByPartition(ends);
  if ([...events.keys()].some((partition) => !homes.has(partition))) {
    throw new StreamMovedError();
  }
  const { rows } = await client.query<MovedHeadRow>(moveHeads(events));
  const bases = new Map(rows.map(({ partition, base }) => [partition, base]));
  const missing = [...events.keys()].find((partition) => !bases.has(partition));
  if (missing !== undefined) {
    throw unknownPartition(missing);
  }
  return { placed: batch.place(ends, bases), now: rows[0]!.now };
}

async function endsOf(streamIds: readonly string[], by: Pool | PoolClient): Promise<StreamEnds> {
  if (streamIds.length === 0) {
    return new Map();
  }
  const { rows } = await by.query<FoundStreamRow>(findStreams(streamIds));
  return new Map(
    rows.map(({ stream_id, event_version, partition }) => [stream_id, { version: event_version, partition }]),
  );
}

/** A rival has begun a stream of the batch in a partition whose head is not locked. */
class StreamMovedError extends Error {}

const refusals = new Set<string | undefined>(['23505', '40P01']);
const ruleIndexes = new Set<string | undefined>(['events_stream_version', 'events_command', undefined]);

/**
 * Whether the content of the log is the reason: a conflict, a violated index, or a deadlock with another import of the
 * same commands.
 */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof VersionConflictError ||
    error instanceof StreamMovedError ||
    (refusals.has(sqlState(error)) && ruleIndexes.has(violatedConstraint(error)))
  );
}
