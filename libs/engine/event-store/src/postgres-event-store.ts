import type { EventEnvelope, PartitionScan, PartitionScanOptions } from '@tidemark/kernel';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';
import { BatchedReads } from './batched-reads';
import {
  EventStore,
  unknownPartition,
  type EventHeader,
  type ReadCorrelationOptions,
  type ReadStreamOptions,
  type StreamHead,
} from './event-store';
import { PostgresAppends, type PostgresAppendsOptions } from './postgres-appends';
import { committedHeads, type CommittedHeadRow } from './sql/committed-heads';
import { toEnvelope, type EventRow } from './sql/event-row';
import { partitionHeads, type PartitionHeadRow } from './sql/partition-heads';
import { readCorrelation } from './sql/read-correlation';
import { readHeaders, toHeaders, type ReadHeadersRow } from './sql/read-headers';
import { readStreamBackward } from './sql/read-stream-backward';
import { scanPartition, toScan, type ScanPartitionRow } from './sql/scan-partition';
import { streamHead } from './sql/stream-head';

const pageSize = 500;
const headersPageSize = 2_000;
const maxVersion = 2 ** 31 - 1;

export type PostgresEventStoreOptions = Omit<PostgresAppendsOptions, 'reads' | 'onAppended'>;

/** The log on PostgreSQL 15 or later, in the schema `event_store` that `migrateEventStore` makes. */
export class PostgresEventStore extends EventStore {
  private readonly reads: BatchedReads;
  private readonly appends: PostgresAppends;

  constructor(private readonly options: PostgresEventStoreOptions) {
    super();
    this.reads = new BatchedReads(options.pool);
    this.appends = new PostgresAppends({
      ...options,
      reads: this.reads,
      onAppended: (partition) => this.notifyAppended(partition),
    });
  }

  append(request: AppendRequest): Promise<AppendResult> {
    return this.appends.append(request);
  }

  inTurn<Result>(streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result> {
    return this.appends.inTurn(streamId, work);
  }

  appendMany(request: AppendManyRequest): Promise<readonly AppendResult[]> {
    return this.appends.appendMany(request);
  }

  findCommand(commandId: string, commandHash: string): Promise<AppendResult | undefined> {
    return this.appends.findCommand(commandId, commandHash);
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
          : (await this.options.pool.query<EventRow>(readStreamBackward(read))).rows;
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
      const { rows } = await this.options.pool.query<ReadHeadersRow>(statement);
      const page = toHeaders(rows[0]!, streamIds);
      found.push(...page);
      isDone = page.length < limit;
    }
    return found;
  }

  async readPartition(partition: number, fromPosition: number, limit: number): Promise<EventEnvelope[]> {
    return (await this.reads.readPartition({ partition, fromPosition, limit })).map(toEnvelope);
  }

  async scanPartition(
    partition: number,
    afterPosition: number,
    options: PartitionScanOptions,
  ): Promise<PartitionScan> {
    const statement = scanPartition({ partition, afterPosition, ...options });
    const { rows } = await this.options.pool.query<ScanPartitionRow>(statement);
    if (rows.length === 0) {
      throw unknownPartition(partition);
    }
    return toScan(rows);
  }

  async *readCorrelation(
    correlationId: string,
    options: ReadCorrelationOptions = {},
  ): AsyncGenerator<EventEnvelope> {
    const { limit = Infinity } = options;
    let { afterEventId } = options;
    for (let remaining = limit; remaining > 0; remaining -= pageSize) {
      const page = Math.min(pageSize, remaining);
      const { rows } = await this.options.pool.query<EventRow>(
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
    return (await this.options.pool.query<StreamHead>(streamHead(streamId))).rows[0];
  }

  async heads(): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.options.pool.query<PartitionHeadRow>(partitionHeads);
    return new Map(rows.map((row) => [row.partition, row.head]));
  }

  async committedHeads(): Promise<ReadonlyMap<number, number> | undefined> {
    const { rows } = await this.options.pool.query<CommittedHeadRow>(committedHeads);
    const isReplica = rows.some((row) => row.is_replica);
    return isReplica ? undefined : new Map(rows.map((row) => [row.partition, row.head]));
  }

  private lift(envelope: EventEnvelope): EventEnvelope {
    const { data } = this.options.codec.decode(envelope);
    return { ...envelope, data };
  }
}
