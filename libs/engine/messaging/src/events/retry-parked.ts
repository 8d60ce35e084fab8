import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import { type HandlerEndedProcessError, LeaseLostError } from '../errors';
import type { Lease } from '../lease';
import type { Logger } from '../logger';
import { failedAgain, gaveUp, isRequested, movedOn, type ParkedStream } from '../parked/parked-stream';
import type { PartitionParking } from '../parked/partition-parking';
import { isOfEnvironment } from '../retry-policy';
import { readSpan } from './anchored-read';
import type { LogReader } from './log-reader';
import type { ParkedBatch } from './partition-handler';

export interface RetryParkedOptions {
  readonly lease: Lease;
  readonly checkpoint: Checkpoint;
  readonly log: LogReader;
  readonly codec: EventCodec;
  readonly parking: PartitionParking;
  /** Does `attempt` while a mark for `position` stands. */
  readonly marked: (position: number, attempt: (earlier: EarlierAttempts) => Promise<void>) => Promise<void>;
  readonly handleParked: (batch: ParkedBatch) => Promise<void>;
  readonly logger: Logger;
}

/** The store's knowledge of other owners that began with the same event. */
export interface EarlierAttempts {
  /** The number of owners that have not taken their mark back. */
  readonly unheardOf: number;
  /** Set if these are enough to count the event as one that ends processes. */
  readonly ended?: HandlerEndedProcessError | undefined;
}

/**
 * The maximum number of events that are handed over at once. With fewer, the handler would read the partition too
 * often.
 */
const MAX_EVENTS = 1_000;
const PAGE = 500;

/**
 * Carries out a request for a parked stream. For a discard, it first gives up the parked event. Then it applies the
 * waiting events, in order, up to the checkpoint. Events that fail together are tried in halves until the failing event
 * is known. The stream stays parked there. If an earlier owner may have ended at these events, they are tried one by
 * one. Each part is recorded together with its effect, so that a crash in between loses and repeats nothing.
 *
 * @throws LeaseLostError, and faults of the environment: then the request still has to be carried out
 */
export async function retryParked(requested: ParkedStream, options: RetryParkedOptions): Promise<void> {
  const { lease, parking, logger } = options;
  let stream = requested;
  const replace = async (to: ParkedStream) => {
    await parking.replace(stream, to);
    stream = to;
  };
  const fail = async (error: unknown) => {
    await replace(failedAgain(stream, error, lease.owner, now()));
    logger.error({ err: error, ...factsOf(stream) }, 'a parked stream failed again');
  };
  let size = MAX_EVENTS;
  const attempt = async ({ unheardOf, ended }: EarlierAttempts) => {
    if (ended) {
      await fail(ended);
      return;
    }
    size = unheardOf > 0 ? 1 : size;
    const isDiscard = stream.status === 'DISCARD_REQUESTED';
    const waiting = await readWaiting(stream, options, isDiscard ? 2 : size + 1);
    const tried = isDiscard ? 1 : Math.min(size, waiting.length);
    try {
      stream = isDiscard
        ? await discard(stream, waiting, options)
        : await applyWaiting(stream, waiting, tried, options);
    } catch (error) {
      if (error instanceof LeaseLostError || isOfEnvironment(error)) {
        throw error;
      }
      if (tried > 1) {
        size = Math.ceil(tried / 2);
      } else {
        await fail(error);
      }
    }
  };
  while (isRequested(stream)) {
    await options.marked(stream.event.position, attempt);
  }
  if (stream.status === 'RESOLVED') {
    logger.info(factsOf(stream), 'a parked stream is processed again');
  }
}

async function discard(
  from: ParkedStream,
  [discarded, next]: readonly EventEnvelope[],
  { lease, checkpoint, codec, parking, logger, handleParked }: RetryParkedOptions,
): Promise<ParkedStream> {
  const to = gaveUp(from, next, lease.owner, now());
  const readableEvent = discarded && readable(discarded, codec);
  await handleParked({
    lease,
    checkpoint,
    events: [],
    from,
    to,
    isLeftOut: parking.leftOutOnce(to),
    ...(readableEvent && { discarded: readableEvent }),
  });
  parking.replaced(to);
  logger.warn({ ...factsOf(from), event: from.event }, 'discarded an event');
  return to;
}

async function applyWaiting(
  from: ParkedStream,
  waiting: readonly EventEnvelope[],
  count: number,
  { lease, checkpoint, codec, parking, handleParked }: RetryParkedOptions,
): Promise<ParkedStream> {
  const to = movedOn(from, waiting[count], lease.owner, now());
  const events = waiting.slice(0, count).map((event) => lift(event, codec));
  await handleParked({ lease, checkpoint, events, from, to, isLeftOut: parking.leftOutOnce(to) });
  parking.replaced(to);
  return to;
}

/** The stream's stored events from the parked one up to the checkpoint, without those that were given up. */
async function readWaiting(
  { streamId, event, partition }: ParkedStream,
  { log, checkpoint, parking }: RetryParkedOptions,
  limit: number,
): Promise<readonly EventEnvelope[]> {
  const waiting: EventEnvelope[] = [];
  for (let from = event.position; from <= checkpoint.position && waiting.length < limit; from += PAGE) {
    const page = await readSpan(log, partition, from, Math.min(from + PAGE - 1, checkpoint.position));
    waiting.push(
      ...page.filter((candidate) => candidate.streamId === streamId && !parking.isGivenUp(candidate)),
    );
  }
  return waiting.slice(0, limit);
}

function lift(event: EventEnvelope, codec: EventCodec): EventEnvelope {
  return { ...event, data: codec.decode(event).data };
}

/** An event of an unknown type or version never had an effect, so there is nothing to undo. */
function readable(event: EventEnvelope, codec: EventCodec): EventEnvelope | undefined {
  try {
    return lift(event, codec);
  } catch {
    return undefined;
  }
}

function factsOf({ id, group, partition, streamId }: ParkedStream): object {
  return { parkedId: id, group, partition, streamId };
}

function now(): string {
  return new Date().toISOString();
}
