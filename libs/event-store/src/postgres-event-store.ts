import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { inTransaction, sqlState } from '@tidemark/postgres';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { AppendManyRequest, AppendRequest, AppendResult } from './append';
import { AppendCoalescer, type AppendCoalescerOptions, type AppendOutcome } from './append-coalescer';
import { BatchedReads } from './batched-reads';
import {
  CommandIdReusedError,
  InvalidAppendError,
  StoreUnavailableError,
  VersionConflictError,
  isAway,
} from './errors';
import {
  EventStore,
  type ReadCorrelationOptions,
  type ReadStreamOptions,
  type StreamHead,
} from './event-store';
import { prepareAppend, type PreparedAppend } from './prepared-append';
import { queryLog } from './query-log';
import { appendBatch, type AppendBatchRow } from './sql/append-batch';
import { appendEvent, type AppendEventRow } from './sql/append-event';
import { toEnvelope, type EventRow } from './sql/event-row';
import { partitionHeads, type PartitionHeadRow } from './sql/partition-heads';
import { readCorrelation } from './sql/read-correlation';
import { readStreamBackward } from './sql/read-stream-backward';
import { streamHead } from './sql/stream-head';

const uniqueViolation = '23505';
const pageSize = 500;
const maxVersion = 2 ** 31 - 1;
const nowhere = { version: 0, partition: 0, position: 0 };

export interface PostgresEventStoreOptions {
  readonly pool: Pool;
  readonly codec: EventCodec;
  /** As stored: see `checkPartitions`. */
  readonly partitions: number;
  readonly coalescing?: Pick<AppendCoalescerOptions, 'lanes' | 'maxBatch' | 'maxBatchBytes' | 'maxWaiting'>;
  /** The pauses before an append whose outcome is unknown is asked for again. 50, 250 and 1,000 ms by default. */
  readonly recoveryPausesMs?: readonly number[];
}

/** The log on PostgreSQL 15 or later, in the schema `event_store` that `migrateEventStore` makes. */
export class PostgresEventStore extends EventStore {
  private readonly coalescer: AppendCoalescer;
  private readonly reads: BatchedReads;

  constructor(private readonly options: PostgresEventStoreOptions) {
    super();
    this.reads = new BatchedReads(options.pool);
    this.coalescer = new AppendCoalescer({
      pool: options.pool,
      appendAlone: (append) => this.appendAlone(append),
      ...options.coalescing,
    });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const append = prepareAppend(request, this.options.codec, this.options.partitions);
    const outcome = await this.knowingTheOutcome(() => this.coalescer.append(append));
    return this.resultOf(append, request, outcome);
  }

  async appendMany({ command, appends }: AppendManyRequest): Promise<readonly AppendResult[]> {
    const { codec, partitions } = this.options;
    let ordinal = 0;
    const prepared = appends.map((append) => {
      const one = prepareAppend({ ...append, command }, codec, partitions, ordinal);
      ordinal += one.events.length;
      return one;
    });
    if (new Set(prepared.map(({ streamId }) => streamId)).size !== appends.length || appends.length === 0) {
      throw new InvalidAppendError('every append must be to a stream of its own');
    }
    const rows = await this.knowingTheOutcome(() => this.appendTogether(prepared));
    const conflict = rows.findIndex(({ outcome }) => outcome === 'conflict');
    if (rows.some(({ outcome }) => outcome === 'known')) {
      return this.repeatOf(command.commandId, command.commandHash);
    }
    if (conflict >= 0) {
      throw new VersionConflictError(prepared[conflict]!.streamId, appends[conflict]!.expectedVersion);
    }
    return prepared.map((append, index) => this.appended(append, rows[index]!));
  }

  async findCommand(commandId: string, commandHash: string): Promise<AppendResult | undefined> {
    return (await this.repeatOf(commandId, commandHash))[0];
  }

  async *readStream(streamId: string, options: ReadStreamOptions = {}): AsyncGenerator<EventEnvelope> {
    const { direction = 'forward', limit = Infinity } = options;
    let { fromVersion = 1, toVersion = maxVersion } = options;
    for (let remaining = limit; remaining > 0; remaining -= pageSize) {
      const page = Math.min(pageSize, remaining);
      const read = { streamId, fromVersion, toVersion, limit: page };
      const rows =
        direction === 'forward'
          ? await this.reads.readStream(read)
          : await queryLog<EventRow>(this.options.pool, readStreamBackward(read));
      for (const row of rows) {
        yield this.lift(toEnvelope(row));
      }
      const last = rows.at(-1);
      if (!last || rows.length < page) {
        return;
      }
      if (direction === 'forward') {
        fromVersion = last.event_version + 1;
      } else {
        toVersion = last.event_version - 1;
      }
    }
  }

  async readPartition(partition: number, fromPosition: number, limit: number): Promise<EventEnvelope[]> {
    return (await this.reads.readPartition({ partition, fromPosition, limit })).map(toEnvelope);
  }

  async *readCorrelation(
    correlationId: string,
    options: ReadCorrelationOptions = {},
  ): AsyncGenerator<EventEnvelope> {
    const { limit = Infinity } = options;
    let { afterEventId } = options;
    for (let remaining = limit; remaining > 0; remaining -= pageSize) {
      const page = Math.min(pageSize, remaining);
      const rows = await queryLog<EventRow>(
        this.options.pool,
        readCorrelation({ correlationId, afterEventId, limit: page }),
      );
      for (const row of rows) {
        yield this.lift(toEnvelope(row));
      }
      if (rows.length < page) {
        return;
      }
      afterEventId = rows.at(-1)!.event_id;
    }
  }

  async streamHead(streamId: string): Promise<StreamHead | undefined> {
    return (await queryLog<StreamHead>(this.options.pool, streamHead(streamId)))[0];
  }

  async heads(): Promise<ReadonlyMap<number, number>> {
    const rows = await queryLog<PartitionHeadRow>(this.options.pool, partitionHeads);
    return new Map(rows.map((row) => [row.partition, row.head]));
  }

  private async appendAlone(append: PreparedAppend): Promise<AppendOutcome> {
    for (;;) {
      const outcome = await this.tryAlone(append);
      // Who takes any version lost a race for the next one, which somebody else has won: there is a next one after it.
      if (outcome.outcome !== 'conflict' || append.expectedVersion !== undefined) {
        return outcome;
      }
    }
  }

  private async tryAlone(append: PreparedAppend): Promise<AppendOutcome> {
    const [event, ...others] = append.events;
    try {
      if (!event || others.length > 0) {
        const { rows } = await this.options.pool.query<AppendBatchRow>(appendBatch([append]));
        return rows[0]!;
      }
      const { rows } = await this.options.pool.query<AppendEventRow>(appendEvent(append, event));
      return rows[0] ? { outcome: 'appended', ...rows[0] } : await this.explain(append);
    } catch (error) {
      if (sqlState(error) === uniqueViolation) {
        return this.explain(append);
      }
      throw error;
    }
  }

  /** Nothing was written: either the command was here before, or somebody else has moved the stream on. */
  private async explain(append: PreparedAppend): Promise<AppendOutcome> {
    const found = await this.reads.findCommand(append.commandId);
    return { outcome: found.length > 0 ? 'known' : 'conflict', ...nowhere };
  }

  /** One row per append, in their order; written only when all of them are `appended`. */
  private async appendTogether(prepared: readonly PreparedAppend[]): Promise<AppendBatchRow[]> {
    class NotAllAppended extends Error {
      constructor(readonly rows: AppendBatchRow[]) {
        super();
      }
    }
    try {
      return await inTransaction(this.options.pool, async (client) => {
        const { rows } = await client.query<AppendBatchRow>(appendBatch(prepared));
        rows.sort((a, b) => a.append - b.append);
        if (rows.some(({ outcome }) => outcome !== 'appended')) {
          throw new NotAllAppended(rows);
        }
        return rows;
      });
    } catch (error) {
      if (error instanceof NotAllAppended) {
        return error.rows;
      }
      if (sqlState(error) === uniqueViolation) {
        return prepared.map((_, index) => ({
          append: index + 1,
          outcome: 'known',
          version: 0,
          partition: 0,
          position: 0,
        }));
      }
      throw error;
    }
  }

  /**
   * A connection that is lost during the commit leaves it open whether there was one. The same append again has the
   * answer, because the log knows the command if it is there, and waits for it if it is still being written.
   */
  private async knowingTheOutcome<Outcome>(append: () => Promise<Outcome>): Promise<Outcome> {
    const pausesMs = this.options.recoveryPausesMs ?? [50, 250, 1_000];
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await append();
      } catch (error) {
        const pauseMs = pausesMs[attempt];
        if (!isAway(error)) {
          throw error;
        }
        if (pauseMs === undefined) {
          throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError(error);
        }
        await delay(pauseMs);
      }
    }
  }

  private async resultOf(
    append: PreparedAppend,
    request: AppendRequest,
    outcome: AppendOutcome,
  ): Promise<AppendResult> {
    switch (outcome.outcome) {
      case 'appended':
        return this.appended(append, outcome);
      case 'conflict':
        throw new VersionConflictError(append.streamId, request.expectedVersion);
      case 'known':
        return (await this.repeatOf(append.commandId, request.command.commandHash))[0]!;
      default:
        return outcome.outcome satisfies never;
    }
  }

  private appended(append: PreparedAppend, { version, partition, position }: AppendOutcome): AppendResult {
    this.notifyAppended(partition);
    const eventTypes = append.events.map((event) => event.type);
    return { streamId: append.streamId, version, partition, position, eventTypes, repeated: false };
  }

  /** What a command led to, a result per stream in the order that they were written in. */
  private async repeatOf(commandId: string, commandHash: string): Promise<AppendResult[]> {
    const rows = await this.reads.findCommand(commandId);
    if (rows[0] && rows[0].command_hash.toString('hex') !== commandHash.toLowerCase()) {
      throw new CommandIdReusedError(commandId);
    }
    return [...new Set(rows.map((row) => row.stream_id))].map((streamId) => {
      const ofStream = rows.filter((row) => row.stream_id === streamId);
      const { event_version, partition, position } = ofStream.at(-1)!;
      const eventTypes = ofStream.map((row) => row.event_type);
      return { streamId, version: event_version, partition, position, eventTypes, repeated: true };
    });
  }

  private lift(envelope: EventEnvelope): EventEnvelope {
    const { data } = this.options.codec.decode(envelope);
    return { ...envelope, data };
  }
}
