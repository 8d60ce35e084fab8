import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import type { Pool } from 'pg';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';
import type { AppendOutcome } from './append-coalescer';
import { BatchedReads } from './batched-reads';
import { CommandIdReusedError, InvalidAppendError, VersionConflictError } from './errors';
import {
  EventStore,
  type EventHeader,
  type ReadCorrelationOptions,
  type ReadStreamOptions,
  type StreamHead,
} from './event-store';
import { PostgresAppender, type PostgresAppenderOptions } from './postgres-appender';
import { prepareAppend, type PreparedAppend } from './prepared-append';
import { queryLog } from './query-log';
import { committedHeads, type CommittedHeadRow } from './sql/committed-heads';
import { toEnvelope, type EventRow } from './sql/event-row';
import { partitionHeads, type PartitionHeadRow } from './sql/partition-heads';
import { readCorrelation } from './sql/read-correlation';
import { readHeaders, toHeaders, type ReadHeadersRow } from './sql/read-headers';
import { readStreamBackward } from './sql/read-stream-backward';
import { streamHead } from './sql/stream-head';

const pageSize = 500;
const headersPageSize = 2_000;
const maxVersion = 2 ** 31 - 1;

export interface PostgresEventStoreOptions {
  /** Has at least two connections: `inTurn` occupies one while its work reads through others. */
  readonly pool: Pool;
  readonly codec: EventCodec;
  /** As stored: see `checkPartitions`. */
  readonly partitions: number;
  readonly coalescing?: PostgresAppenderOptions['coalescing'];
  /** The pauses before the retries of an append whose outcome is unknown. 50, 250 and 1,000 ms by default. */
  readonly recoveryPausesMs?: readonly number[];
}

/** The log on PostgreSQL 15 or later, in the schema `event_store` that `migrateEventStore` makes. */
export class PostgresEventStore extends EventStore {
  private readonly reads: BatchedReads;
  private readonly appender: PostgresAppender;

  constructor(private readonly options: PostgresEventStoreOptions) {
    super();
    const { pool, coalescing, recoveryPausesMs = [50, 250, 1_000] } = options;
    this.reads = new BatchedReads(pool);
    this.appender = new PostgresAppender({ pool, reads: this.reads, coalescing, recoveryPausesMs });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const append = prepareAppend(request, this.options.codec, this.options.partitions);
    return this.resultOf(append, request, await this.appender.append(append));
  }

  inTurn<Result>(streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result> {
    const { codec, partitions } = this.options;
    return this.appender.inTurn(streamId, (appendPrepared) =>
      work(async (request) => {
        const append = prepareAppend(request, codec, partitions);
        return this.resultOf(append, request, await appendPrepared(append));
      }),
    );
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
      throw new InvalidAppendError('the appends of a batch must be to different streams');
    }
    const outcomes = await this.appender.appendMany(prepared);
    if (outcomes.some(({ outcome }) => outcome === 'known')) {
      return this.repeatOf(command.commandId, command.commandHash);
    }
    const conflict = outcomes.findIndex(({ outcome }) => outcome === 'conflict');
    if (conflict >= 0) {
      throw new VersionConflictError(prepared[conflict]!.streamId, appends[conflict]!.expectedVersion);
    }
    return prepared.map((append, index) => this.appended(append, outcomes[index]!));
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

  async readHeaders(streamIds: readonly string[], types?: readonly string[]): Promise<EventHeader[]> {
    const found: EventHeader[] = [];
    const limit = headersPageSize;
    for (let isDone = false; !isDone;) {
      const statement = readHeaders({ streamIds, types, afterPosition: found.at(-1)?.position ?? 0, limit });
      const [row] = await queryLog<ReadHeadersRow>(this.options.pool, statement);
      const page = toHeaders(row!, streamIds);
      found.push(...page);
      isDone = page.length < limit;
    }
    return found;
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

  async committedHeads(): Promise<ReadonlyMap<number, number> | undefined> {
    const rows = await queryLog<CommittedHeadRow>(this.options.pool, committedHeads);
    const isReplica = rows.some((row) => row.is_replica);
    return isReplica ? undefined : new Map(rows.map((row) => [row.partition, row.head]));
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

  /** The results of a command, one per stream, in the order of writing. */
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
