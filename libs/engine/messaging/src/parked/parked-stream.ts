import type { EventEnvelope } from '@tidemark/kernel';
import { v5 as uuidOf } from 'uuid';
import { faultCode } from '../errors';
import type { Lease } from '../lease';

/**
 * A `PARKED` stream waits for an operator. A request waits for the partition's owner, which carries it out. The events
 * of a `RESOLVED` stream are applied again.
 */
export const parkedStatuses = ['PARKED', 'RETRY_REQUESTED', 'DISCARD_REQUESTED', 'RESOLVED'] as const;

export type ParkedStatus = (typeof parkedStatuses)[number];

/** The acts that an operator may request. */
export type ParkedRequest = 'retry' | 'discard';

/** The place of an event, without its content. */
export interface ParkedEvent {
  readonly position: number;
  readonly version: number;
  readonly eventId: string;
  readonly type: string;
}

export interface ParkedAct {
  readonly act: 'parked' | 'retry_requested' | 'discard_requested' | 'retried' | 'failed_again' | 'discarded';
  /** The operator, as the token names it, or the replica that did it. */
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/**
 * A stream that a group can't continue. The log itself is the queue: the stream's events from `event` on, up to the
 * group's checkpoint, wait. The record of a resolved stream stays, because it has the acts and the discarded events.
 */
export interface ParkedStream {
  readonly id: string;
  readonly group: string;
  readonly partition: number;
  readonly streamId: string;
  readonly streamType: string;
  readonly status: ParkedStatus;
  /** The first event that has not taken effect; in a resolved stream, the last event that blocked it. */
  readonly event: ParkedEvent;
  readonly error: { readonly code: string; readonly message: string };
  /** How often `event` was tried. */
  readonly attempts: number;
  readonly parkedAt: string;
  /** The discarded events. They never take effect, even if everything is read again from the start. */
  readonly discarded: readonly ParkedEvent[];
  /** A field of records of earlier versions. No code reads it. */
  readonly starts?: number;
  readonly acts: readonly ParkedAct[];
  /** Counts the changes. A change is only made to the revision that was read. */
  readonly revision: number;
}

const NAMESPACE = '6f3c1d9a-5a0e-4d0b-9c56-1f0a4f1f7c11';
const MAX_MESSAGE = 1_000;

/**
 * The record of a stream that fails at `event`. Its id follows from group and event: the same failure is one record.
 */
export function parkedStream(
  group: string,
  { owner, partition }: Lease,
  event: EventEnvelope,
  failure: { readonly error: unknown; readonly attempts: number },
  at: string,
): ParkedStream {
  const { streamId, streamType, eventId } = event;
  return {
    id: uuidOf(`${group}/${eventId}`, NAMESPACE),
    group,
    partition,
    streamId,
    streamType,
    status: 'PARKED',
    event: parkedEvent(event),
    error: errorOf(failure.error),
    attempts: failure.attempts,
    parkedAt: at,
    discarded: [],
    acts: [{ act: 'parked', actor: owner, at }],
    revision: 1,
  };
}

/**
 * When a group reads the log again, a resolved stream may fail again. The record keeps its acts and its discarded
 * events.
 */
export function parkedAgain(resolved: ParkedStream, stream: ParkedStream): ParkedStream {
  return {
    ...stream,
    discarded: resolved.discarded,
    acts: [...resolved.acts, ...stream.acts],
    revision: resolved.revision + 1,
  };
}

/** Undefined if the stream does not wait for an operator. */
export function requested(
  stream: ParkedStream,
  request: ParkedRequest,
  actor: string,
  at: string,
): ParkedStream | undefined {
  if (stream.status !== 'PARKED') {
    return undefined;
  }
  return request === 'retry'
    ? changed(stream, { status: 'RETRY_REQUESTED' }, { act: 'retry_requested', actor, at })
    : changed(stream, { status: 'DISCARD_REQUESTED' }, { act: 'discard_requested', actor, at });
}

/** The record after the waiting events before `next` have taken effect. Without `next`, the stream is resolved. */
export function movedOn(
  stream: ParkedStream,
  next: EventEnvelope | undefined,
  actor: string,
  at: string,
): ParkedStream {
  return next
    ? changed(stream, { event: parkedEvent(next), attempts: 0 })
    : changed(stream, { status: 'RESOLVED' }, { act: 'retried', actor, at });
}

/** The record after the blocking event was given up. The events behind it, from `next` on, must be retried. */
export function gaveUp(
  stream: ParkedStream,
  next: EventEnvelope | undefined,
  actor: string,
  at: string,
): ParkedStream {
  const discarded = [...stream.discarded, stream.event];
  const act = { act: 'discarded', actor, at } as const;
  return next
    ? changed(stream, { status: 'RETRY_REQUESTED', discarded, event: parkedEvent(next), attempts: 0 }, act)
    : changed(stream, { status: 'RESOLVED', discarded }, act);
}

/** The record after the blocking event failed again: the stream waits for an operator as before. */
export function failedAgain(stream: ParkedStream, error: unknown, actor: string, at: string): ParkedStream {
  return changed(
    stream,
    { status: 'PARKED', error: errorOf(error), attempts: stream.attempts + 1 },
    { act: 'failed_again', actor, at },
  );
}

/** Whether the event has no effect for now, because it waits in this stream, or for good, because it was given up. */
export function isHeldBackBy(stream: ParkedStream, { eventId, streamId, position }: EventEnvelope): boolean {
  return (
    stream.streamId === streamId &&
    ((stream.status !== 'RESOLVED' && position >= stream.event.position) || hasGivenUp(stream, eventId))
  );
}

export function hasGivenUp({ discarded }: ParkedStream, eventId: string): boolean {
  return discarded.some((given) => given.eventId === eventId);
}

/** Like `isHeldBackBy`, for any of these streams, at a cost that does not depend on their number. */
export function heldBackBy(streams: readonly ParkedStream[]): (event: EventEnvelope) => boolean {
  const byStreamId = new Map<string, ParkedStream[]>();
  for (const stream of streams) {
    const same = byStreamId.get(stream.streamId);
    if (same) {
      same.push(stream);
    } else {
      byStreamId.set(stream.streamId, [stream]);
    }
  }
  return (event) => byStreamId.get(event.streamId)?.some((stream) => isHeldBackBy(stream, event)) ?? false;
}

/** Whether the record affects which events take effect. */
export function matters({ status, discarded }: ParkedStream): boolean {
  return status !== 'RESOLVED' || discarded.length > 0;
}

export function isRequested({ status }: ParkedStream): boolean {
  return status === 'RETRY_REQUESTED' || status === 'DISCARD_REQUESTED';
}

function changed(stream: ParkedStream, change: Partial<ParkedStream>, act?: ParkedAct): ParkedStream {
  return {
    ...stream,
    ...change,
    acts: act ? [...stream.acts, act] : stream.acts,
    revision: stream.revision + 1,
  };
}

function parkedEvent({ position, version, eventId, type }: EventEnvelope): ParkedEvent {
  return { position, version, eventId, type };
}

/** Includes the cause, because the message of a failed projection does not give it. */
function errorOf(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return { code: faultCode(error), message: `${message}${cause}`.slice(0, MAX_MESSAGE) };
}
