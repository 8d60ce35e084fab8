import type { EventCodec } from '@tidemark/kernel';
import type { AppendRequest } from './append';
import { InvalidAppendError, VersionConflictError } from './errors';
import { prepareAppend, type PreparedAppend } from './prepared-append';

/** One append of an import. */
export interface ImportedAppend extends Omit<AppendRequest, 'partition'> {
  /** The timestamp of its events, in milliseconds. By default, the database's time when the batch is written. */
  readonly at?: Date;
}

/** An append with its place in the log. */
export interface PlacedAppend {
  readonly append: PreparedAppend;
  readonly at: Date | undefined;
  readonly partition: number;
  readonly firstVersion: number;
  readonly firstPosition: number;
}

/** Where a stream ends. */
export interface StreamEnd {
  readonly version: number;
  readonly partition: number;
}

/** The ends of streams, by stream id; those that do not exist are absent. */
export type StreamEnds = ReadonlyMap<string, StreamEnd>;

/** Appends that are imported together, in their order: valid, encoded, and sized. */
export class ImportBatch {
  private readonly appends: Pick<PlacedAppend, 'append' | 'at'>[] = [];
  /** The first append to each stream. */
  private readonly firsts = new Map<string, PreparedAppend>();
  private readonly commands = new Map<string, { readonly hash: string; readonly events: number }>();
  private size = 0;

  constructor(
    private readonly codec: EventCodec,
    private readonly partitions: number,
  ) {}

  /** The number of events. */
  get events(): number {
    return this.size;
  }

  get commandIds(): readonly string[] {
    return [...this.commands.keys()];
  }

  get streamIds(): readonly string[] {
    return [...this.firsts.keys()];
  }

  /**
   * The streams whose ends must be known to place their events. The log's unique index refuses a stream that must be
   * new and is not.
   */
  get continuedStreams(): readonly string[] {
    return this.streamIds.filter((streamId) => this.firsts.get(streamId)!.expectedVersion !== 0);
  }

  /** Whether the batch has an append of this command. */
  hasCommand(commandId: string): boolean {
    return this.commands.has(commandId.toLowerCase());
  }

  /** SHA-256 of the command's request. */
  hashOf(commandId: string): string {
    return this.commands.get(commandId)!.hash;
  }

  /**
   * Adds what must be correct whatever the log contains. The ordinals of a command's events continue over its appends.
   *
   * @throws InvalidAppendError, EventTooLargeError, ContractViolationError, UnknownEventTypeError
   */
  add({ at, ...request }: ImportedAppend): void {
    if (at !== undefined && !isStorable(at)) {
      throw new InvalidAppendError('the timestamp is not a date of the years 1 to 9999');
    }
    const { commandId } = request.command;
    const hash = request.command.commandHash.toLowerCase();
    const known = this.commands.get(commandId.toLowerCase());
    if (known && known.hash !== hash) {
      throw new InvalidAppendError(`the batch has command ${commandId} with two hashes`);
    }
    const before = known?.events ?? 0;
    const append = prepareAppend(request, this.codec, this.partitions, before);
    this.commands.set(append.commandId, { hash, events: before + append.events.length });
    if (!this.firsts.has(append.streamId)) {
      this.firsts.set(append.streamId, append);
    }
    this.appends.push({ append, at });
    this.size += append.events.length;
  }

  /** The number of events for each partition. */
  eventsByPartition(ends: StreamEnds): ReadonlyMap<number, number> {
    const events = new Map<number, number>();
    for (const { append } of this.appends) {
      const { partition } = this.endOf(append.streamId, ends);
      events.set(partition, (events.get(partition) ?? 0) + append.events.length);
    }
    return events;
  }

  /**
   * Gives each event its version and position, in the order of the appends.
   *
   * @param bases the last position of each partition
   * @throws VersionConflictError when a stream is not at the version that an append expects
   */
  place(ends: StreamEnds, bases: ReadonlyMap<number, number>): readonly PlacedAppend[] {
    const streams = new Map(ends);
    const heads = new Map(bases);
    return this.appends.map(({ append, at }) => {
      const { streamId, expectedVersion, events } = append;
      const { version, partition } = this.endOf(streamId, streams);
      if (expectedVersion !== undefined && expectedVersion !== version) {
        throw new VersionConflictError(streamId, expectedVersion);
      }
      const head = heads.get(partition)!;
      streams.set(streamId, { version: version + events.length, partition });
      heads.set(partition, head + events.length);
      return { append, at, partition, firstVersion: version + 1, firstPosition: head + 1 };
    });
  }

  /** A stream that is not there begins in the partition of its first append. */
  private endOf(streamId: string, ends: StreamEnds): StreamEnd {
    return ends.get(streamId) ?? { version: 0, partition: this.firsts.get(streamId)!.partition };
  }
}

function isStorable(at: Date): boolean {
  return Number.isFinite(at.getTime()) && /^(?!0000)\d{4}-/.test(at.toISOString());
}
