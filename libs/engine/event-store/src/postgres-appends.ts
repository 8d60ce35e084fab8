import type { EventCodec } from '@tidemark/kernel';
import type { InlineWork } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';
import type { AppendOutcome } from './append-coalescer';
import type { BatchedReads } from './batched-reads';
import { CommandIdReusedError, InvalidAppendError, VersionConflictError } from './errors';
import { PostgresAppender, type PostgresAppenderOptions } from './postgres-appender';
import { prepareAppend, type PreparedAppend } from './prepared-append';

export interface PostgresAppendsOptions {
  /** Has at least two connections: `inTurn` occupies one while its work reads through others. */
  readonly pool: Pool;
  readonly codec: EventCodec;
  /** The number of partitions that the log was created with: see `checkPartitions`. */
  readonly partitions: number;
  readonly coalescing?: PostgresAppenderOptions['coalescing'];
  /** The pauses before the retries of an append whose outcome is unknown. 50, 250 and 1,000 ms by default. */
  readonly recoveryPausesMs?: readonly number[];
  /** Work in the transaction of each append, such as inline projections. None by default. */
  readonly inline?: InlineWork;
  readonly reads: BatchedReads;
  readonly onAppended: (partition: number) => void;
}

/**
 * Answers a request to append with a result or a refusal. A command that the log already has gets its earlier result.
 * `PostgresAppender` writes what is prepared here.
 */
export class PostgresAppends {
  private readonly appender: PostgresAppender;

  constructor(private readonly options: PostgresAppendsOptions) {
    const { pool, codec, reads, coalescing, inline, recoveryPausesMs = [50, 250, 1_000] } = options;
    this.appender = new PostgresAppender({ pool, codec, reads, coalescing, inline, recoveryPausesMs });
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
    this.options.onAppended(partition);
    const eventTypes = append.events.map((event) => event.type);
    return { streamId: append.streamId, version, partition, position, eventTypes, repeated: false };
  }

  /** The results of a command, one per stream, in the order of writing. */
  private async repeatOf(commandId: string, commandHash: string): Promise<AppendResult[]> {
    const rows = await this.options.reads.findCommand(commandId);
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
}
