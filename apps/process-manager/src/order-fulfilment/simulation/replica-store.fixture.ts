import {
  EventStore,
  VersionConflictError,
  type AppendInTurn,
  type AppendRequest,
  type AppendResult,
  type ReadStreamOptions,
} from '@tidemark/event-store';
import type { StreamType } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import type { MemoryWriteSide } from '../write-side.fixture';

/** The log as one replica sees it. It waits for its turn before each access. */
export class ReplicaStore extends EventStore {
  constructor(
    protected readonly log: MemoryWriteSide,
    private readonly turn: (does: string) => Promise<void>,
  ) {
    super();
  }

  async append({
    streamType,
    aggregateId,
    expectedVersion,
    events,
    command,
  }: AppendRequest): Promise<AppendResult> {
    const streamId = `${streamType}-${aggregateId}`;
    await this.turn(`appends ${events[0].type} to ${streamId}`);
    const first = this.resultOf(command.commandId);
    if (first) {
      return first;
    }
    if ((this.log.streams.get(streamId)?.length ?? 0) !== expectedVersion) {
      throw new VersionConflictError(streamId, expectedVersion);
    }
    return this.log.append(streamType as StreamType, aggregateId, events, command.commandId);
  }

  /** Takes no turn: turns make contention fair, and the simulation wants as much contention as possible. */
  inTurn<Result>(_streamId: string, work: (append: AppendInTurn) => Promise<Result>): Promise<Result> {
    return work((request) => this.append(request));
  }

  async findCommand(commandId: string): Promise<AppendResult | undefined> {
    await this.turn('looks the command up');
    return this.resultOf(commandId);
  }

  async *readStream(
    streamId: string,
    { fromVersion = 1 }: ReadStreamOptions = {},
  ): AsyncGenerator<EventEnvelope> {
    await this.turn(`reads ${streamId}`);
    // `yield*` would await each event twice.
    for (const event of this.log.streams.get(streamId)?.slice(fromVersion - 1) ?? []) {
      yield event;
    }
  }

  appendMany(): never {
    throw new Error('no command of the process writes to several streams');
  }

  readPartition(): never {
    throw new Error('the process manager reads the log');
  }

  scanPartition(): never {
    throw new Error('the process manager reads the log');
  }

  readCorrelation(): never {
    throw new Error('only an auditor asks for it');
  }

  streamHead(): never {
    throw new Error('only an auditor asks for it');
  }

  readHeaders(): never {
    throw new Error('only a query asks for it');
  }

  committedHeads(): never {
    throw new Error('only a query asks for it');
  }

  heads(): never {
    throw new Error('the process manager reads the log');
  }

  private resultOf(commandId: string): AppendResult | undefined {
    const first = this.log.results.get(commandId);
    return first && { ...first, repeated: true };
  }
}
