import { streamIdOf, type EventCodec } from '@tidemark/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { AppendRequest, CommandContext, ExpectedVersion } from './append';
import { EventTooLargeError, InvalidAppendError } from './errors';
import { assertStorable } from './storable';
import { partitionOf } from './partition-of';

/** An append that is ready to be sent: valid, encoded, and sized. */
export interface PreparedAppend {
  readonly streamId: string;
  readonly streamType: string;
  /** The partition of a new stream, or the one in which the caller found an existing stream. */
  readonly partition: number;
  /** `undefined` if any version will do. */
  readonly expectedVersion: number | undefined;
  readonly correlationId: string;
  readonly commandId: string;
  readonly commandHash: Buffer;
  /** The number of the command's events in earlier appends. */
  readonly firstCommandOrdinal: number;
  /** JSON, the same for all events of a command. */
  readonly metadata: string;
  readonly events: readonly PreparedEvent[];
  /** The size of the payloads in bytes. */
  readonly bytes: number;
}

export interface PreparedEvent {
  /** A UUIDv7, because ids that grow with time touch few pages of the indexes. */
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
}

/** A message on the broker holds one event, and no event should need as much as 1 MiB. */
const maxEventBytes = 1_048_576;
const maxStreamIdLength = 200;
/** The metadata is stored, and sent, with every event of the command. */
const maxCustomBytes = 8_192;
const maxEventsPerAppend = 1_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const sha256 = /^[0-9a-f]{64}$/i;

/**
 * Finds everything that can be wrong with an append itself, before any statement runs.
 *
 * @throws InvalidAppendError, EventTooLargeError, ContractViolationError, UnknownEventTypeError
 */
export function prepareAppend(
  request: AppendRequest,
  codec: EventCodec,
  partitions: number,
  firstCommandOrdinal = 0,
): PreparedAppend {
  const { streamType, aggregateId, command } = request;
  const streamId = streamIdOf(streamType, aggregateId);
  assertValidIds(streamId, request);
  const metadata = metadataOf(command);
  const events = request.events.map((event) => {
    const { type, schemaVersion, data } = codec.encode(event);
    assertStorable(type, data);
    return { eventId: uuidv7(), type, schemaVersion, data: JSON.stringify(data) };
  });
  const sizes = events.map(({ type, data }) => sizeOf(type, data));
  return {
    streamId,
    streamType,
    partition: request.partition ?? partitionOf(request.partitionKey, partitions),
    expectedVersion: versionNumber(request.expectedVersion),
    correlationId: command.correlationId,
    commandId: command.commandId.toLowerCase(),
    commandHash: Buffer.from(command.commandHash, 'hex'),
    firstCommandOrdinal,
    metadata,
    events,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

function assertValidIds(streamId: string, { streamType, events, command }: AppendRequest): void {
  const faults = [
    !/^[A-Za-z]+$/.test(streamType) && 'the stream type must consist of letters only',
    streamId.length > maxStreamIdLength && `the stream id is longer than ${maxStreamIdLength} characters`,
    events.length === 0 && 'the append has no event',
    events.length > maxEventsPerAppend && `the append has more than ${maxEventsPerAppend} events`,
    !uuid.test(command.commandId) && 'the command id is not a UUID',
    !sha256.test(command.commandHash) && 'the command hash is not a SHA-256 digest',
    command.correlationId.length > maxStreamIdLength &&
      `the correlation id is longer than ${maxStreamIdLength} characters`,
  ];
  const fault = faults.find((found) => found !== false);
  if (fault) {
    throw new InvalidAppendError(fault);
  }
  assertStorable('ids', [streamId, command.correlationId]);
}

function metadataOf(command: CommandContext): string {
  const { actor, causingEventId, traceparent, clientAddressHash, userAgent, custom } = command;
  assertStorable('metadata', { actor, causingEventId, traceparent, clientAddressHash, userAgent, custom });
  if (custom !== undefined) {
    if (typeof custom !== 'object' || custom === null || Array.isArray(custom)) {
      throw new InvalidAppendError('the custom metadata is not an object');
    }
    const bytes = Buffer.byteLength(JSON.stringify(custom));
    if (bytes > maxCustomBytes) {
      throw new InvalidAppendError(`the custom metadata has ${bytes} bytes; the limit is ${maxCustomBytes}`);
    }
  }
  return JSON.stringify({ actor, causingEventId, traceparent, clientAddressHash, userAgent, custom });
}

function sizeOf(type: string, data: string): number {
  const bytes = Buffer.byteLength(data);
  if (bytes > maxEventBytes) {
    throw new EventTooLargeError(type, bytes, maxEventBytes);
  }
  return bytes;
}

function versionNumber(expected: ExpectedVersion): number | undefined {
  switch (expected) {
    case 'any':
      return undefined;
    case 'none':
      return 0;
    default:
      if (!Number.isInteger(expected) || expected < 0) {
        throw new InvalidAppendError(`the expected version ${expected} is not a version`);
      }
      return expected;
  }
}
