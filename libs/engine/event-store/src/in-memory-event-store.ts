import {
  streamIdOf,
  type EventCodec,
  type EventEnvelope,
  type PartitionScan,
  type PartitionScanOptions,
} from '@tidemark/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { AppendInTurn, AppendManyRequest, AppendRequest, AppendResult } from './append';
import { CommandIdReusedError, InvalidAppendError, VersionConflictError } from './errors';
import {
  EventStore,
  unknownPartition,
  type EventHeader,
  type ReadCorrelationOptions,
  type ReadStreamOptions,
  type StreamHead,
} from './event-store';
import { prepareAppend, type PreparedAppend } from './prepared-append';
import { copyOf, scanOf } from './in-memory-scan';
import { StreamTurns } from './stream-turns';

export interface InMemoryEventStoreOptions {
  readonly codec: EventCodec;
  /** 16 by default. */
  readonly partitions?: number;
  readonly clock?: () => Date;
  /**
   * Called with the events of each append, lifted, before any reader sees them. If it throws, nothing is appended.
   */
  readonly inline?: (events: readonly EventEnvelope[]) => void;
}

/** The log without a database, for tests of code that uses the log. Nothing survives the process. */
export class InMemoryEventStore extends EventStore {
  private readonly log: EventEnvelope[][];
  /**
   * The events of all partitions in the order of their appends. Timestamps need not have this order, because a clock
   * may step back.
   */
  private readonly history: EventEnvelope[] = [];
  private readonly streams = new Map<string, EventEnvelope[]>();
  private readonly commands = new Map<string, { hash: string; events: EventEnvelope[] }>();
  private readonly turns = new StreamTurns();
  private readonly clock: () => Date;

  constructor(private readonly options: InMemoryEventStoreOptions) {
    super();
    this.log = Array.from({ length: options.partitions ?? 16 }, () => []);
    this.clock = options.clock ?? (() => new Date());
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const { command, ...append } = request;
    const streamId = streamIdOf(append.streamType, append.aggregateId);
    if (this.turns.isTaken(streamId)) {
      const [first] = this.repeatOf(command.commandId, command.commandHash);
      if (first) {
        return first;
      }
      if (append.expectedVersion !== 'any') {
        throw new VersionConflictError(streamId, append.expectedVersion);
      }
      return this.inTurn(streamId, (appendInTurn) => appendInTurn(request));
    }
    return this.appendAll({ command, appends: [append] })[0]!;
  }

  inTurn<Result>(streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result> {
    return this.turns.take([streamId], (end) =>
      work(({ command, ...append }) =>
        settle(() => {
          try {
            return this.appendAll({ command, appends: [append] })[0]!;
          } finally {
            end();
          }
        }),
      ),
    );
  }

  appendMany(request: AppendManyRequest): Promise<readonly AppendResult[]> {
    const streamIds = request.appends.map(({ streamType, aggregateId }) =>
      streamIdOf(streamType, aggregateId),
    );
    return this.turns.take(streamIds, () => settle(() => this.appendAll(request)));
  }

  findCommand(commandId: string, commandHash: string): Promise<AppendResult | undefined> {
    return settle(() => this.repeatOf(commandId, commandHash)[0]);
  }

  async *readStream(streamId: string, options: ReadStreamOptions = {}): AsyncGenerator<EventEnvelope> {
    const { fromVersion = 1, toVersion = Infinity, direction = 'forward', limit = Infinity } = options;
    const events = (this.streams.get(streamId) ?? []).filter(
      ({ version }) => version >= fromVersion && version <= toVersion,
    );
    yield* (direction === 'forward' ? events : events.toReversed())
      .slice(0, limit)
      .map((event) => this.lift(event));
  }

  readHeaders(streamIds: readonly string[], types?: readonly string[]): Promise<readonly EventHeader[]> {
    return settle(() =>
      streamIds
        .flatMap((streamId) => this.streams.get(streamId) ?? [])
        .filter(({ type }) => types?.includes(type) ?? true)
        .sort((a, b) => a.position - b.position)
        .map(({ streamId, version, position, type, timestamp, metadata: { actor } }) => {
          return { streamId, version, position, type, timestamp, actor };
        }),
    );
  }

  readPartition(partition: number, fromPosition: number, limit: number): Promise<readonly EventEnvelope[]> {
    return settle(() =>
      (this.log[partition] ?? []).slice(fromPosition - 1, fromPosition - 1 + limit).map(copyOf),
    );
  }

  scanPartition(
    partition: number,
    afterPosition: number,
    options: PartitionScanOptions,
  ): Promise<PartitionScan> {
    return settle(() => {
      const log = this.log[partition];
      if (!log) {
        throw unknownPartition(partition);
      }
      return scanOf(log, afterPosition, options);
    });
  }

  async *readCorrelation(
    correlationId: string,
    { afterEventId, limit = Infinity }: ReadCorrelationOptions = {},
  ): AsyncGenerator<EventEnvelope> {
    const events = this.history.filter((event) => event.correlationId === correlationId);
    const last = events.findIndex(({ eventId }) => eventId === afterEventId);
    if (afterEventId === undefined || last >= 0) {
      yield* events.slice(last + 1, last + 1 + limit).map((event) => this.lift(event));
    }
  }

  streamHead(streamId: string): Promise<StreamHead | undefined> {
    return settle(() => {
      const events = this.streams.get(streamId) ?? [];
      const [first, last] = [events[0], events.at(-1)];
      return (
        first &&
        last && {
          streamType: last.streamType,
          ...pick(last),
          firstAt: new Date(first.timestamp),
          lastAt: new Date(last.timestamp),
        }
      );
    });
  }

  heads(): Promise<ReadonlyMap<number, number>> {
    return settle(() => new Map(this.log.map((events, partition) => [partition, events.length])));
  }

  committedHeads(): Promise<ReadonlyMap<number, number>> {
    return this.heads();
  }

  private appendAll({ command, appends }: AppendManyRequest): readonly AppendResult[] {
    let ordinal = 0;
    const prepared = appends.map((append) => {
      const one = prepareAppend({ ...append, command }, this.options.codec, this.log.length, ordinal);
      ordinal += one.events.length;
      return one;
    });
    if (new Set(prepared.map(({ streamId }) => streamId)).size !== appends.length || appends.length === 0) {
      throw new InvalidAppendError('the appends of a batch must be to different streams');
    }
    const first = this.repeatOf(command.commandId, command.commandHash);
    if (first.length > 0) {
      return first;
    }
    prepared.forEach((append, index) => {
      const version = this.streams.get(append.streamId)?.length ?? 0;
      if (append.expectedVersion !== undefined && append.expectedVersion !== version) {
        throw new VersionConflictError(append.streamId, appends[index]!.expectedVersion);
      }
    });
    return this.storeAll(prepared);
  }

  private storeAll(appends: readonly PreparedAppend[]): readonly AppendResult[] {
    const before = this.history.length;
    const results = appends.map((append) => this.store(append));
    try {
      this.options.inline?.(this.history.slice(before).map((event) => this.lift(event)));
    } catch (error) {
      this.takeBack(this.history.splice(before));
      throw error;
    }
    results.forEach(({ partition }) => this.notifyAppended(partition));
    return results;
  }

  private takeBack(events: readonly EventEnvelope[]): void {
    for (const { streamId, partition, causationId } of events.toReversed()) {
      this.log[partition]!.pop();
      this.streams.get(streamId)!.pop();
      this.commands.delete(causationId);
    }
  }

  private store(append: PreparedAppend): AppendResult {
    const stream = this.streams.get(append.streamId) ?? [];
    const partition = stream[0]?.partition ?? append.partition;
    const commandHash = append.commandHash.toString('hex');
    const command = this.commands.get(append.commandId) ?? { hash: commandHash, events: [] };
    for (const { type, schemaVersion, data } of append.events) {
      const event: EventEnvelope = {
        eventId: uuidv7(),
        streamId: append.streamId,
        streamType: append.streamType,
        version: stream.length + 1,
        partition,
        position: this.log[partition]!.length + 1,
        type,
        schemaVersion,
        data: JSON.parse(data) as unknown,
        timestamp: this.clock().toISOString(),
        correlationId: append.correlationId,
        causationId: append.commandId,
        metadata: JSON.parse(append.metadata) as EventEnvelope['metadata'],
      };
      [stream, this.log[partition]!, this.history, command.events].forEach((events) => events.push(event));
    }
    this.streams.set(append.streamId, stream);
    this.commands.set(append.commandId, command);
    const eventTypes = append.events.map(({ type }) => type);
    return { streamId: append.streamId, ...pick(stream.at(-1)!), eventTypes, repeated: false };
  }

  private repeatOf(commandId: string, commandHash: string): AppendResult[] {
    const command = this.commands.get(commandId.toLowerCase());
    if (command && command.hash !== commandHash.toLowerCase()) {
      throw new CommandIdReusedError(commandId);
    }
    const events = command?.events ?? [];
    return [...new Set(events.map(({ streamId }) => streamId))].map((streamId) => {
      const ofStream = events.filter((event) => event.streamId === streamId);
      const eventTypes = ofStream.map(({ type }) => type);
      return { streamId, ...pick(ofStream.at(-1)!), eventTypes, repeated: true };
    });
  }

  private lift(event: EventEnvelope): EventEnvelope {
    const copy = copyOf(event);
    return { ...copy, data: this.options.codec.decode(copy).data };
  }
}

function pick({
  version,
  partition,
  position,
}: EventEnvelope): Pick<EventEnvelope, 'version' | 'partition' | 'position'> {
  return { version, partition, position };
}

/** Rejects instead of throwing, as a database would. */
async function settle<Result>(work: () => Result): Promise<Result> {
  return work();
}
