import { Fault } from '@tidemark/kernel';
import type { Lease } from './lease';

/** The broker can't be reached, or the connection or channel went away before the work was done. Try again. */
export class BrokerUnavailableError extends Fault {
  readonly code = 'broker_unavailable';
  readonly retryable = true;
}

/** The broker has an exchange, queue or binding of this name with other properties: an operator must decide. */
export class TopologyMismatchError extends Fault {
  readonly code = 'topology_mismatch';
  readonly retryable = false;

  constructor(
    readonly entity: string,
    cause: Error,
  ) {
    super(`the broker has ${entity} with other properties: ${cause.message}`, { cause });
  }
}

/**
 * There is no queue for a message: the broker returned it, or the schema `command_queue` has no such queue. Other
 * messages that were sent with it may have been published.
 */
export class UnroutableMessageError extends Fault {
  readonly code = 'unroutable_message';
  readonly retryable = true;

  constructor(
    readonly messageId: string,
    readonly routingKey: string,
  ) {
    super(`no queue is bound for message ${messageId} with routing key ${routingKey}`);
  }
}

/**
 * The broker or the command queue refused a message, for example because the queue is full, or did not confirm it in
 * time. The message may or may not be stored.
 */
export class NotConfirmedError extends Fault {
  readonly code = 'not_confirmed';
  readonly retryable = true;
}

/** The group's store did not answer for the duration of a lease. */
export class GroupStoreTimeoutError extends Fault {
  readonly code = 'group_store_timeout';
  readonly retryable = true;
}

/**
 * Another owner works on the partition, or the stored checkpoint is not the expected one. Stop, and write nothing more.
 */
export class LeaseLostError extends Fault {
  readonly code = 'lease_lost';
  readonly retryable = true;

  constructor(
    readonly lease: Lease,
    reason: string,
  ) {
    super(`${lease.owner} lost partition ${lease.partition} (epoch ${lease.epoch}): ${reason}`);
  }
}

/**
 * The log does not have the event that a checkpoint names, because it was restored to an earlier point or replaced. To
 * continue would silently skip or repeat events, so the partition stalls until an operator decides.
 */
export class LogDivergedError extends Fault {
  readonly code = 'log_diverged';
  readonly retryable = false;

  constructor(
    readonly partition: number,
    readonly position: number,
    readonly expectedEventId: string | undefined,
    readonly actualEventId: string | undefined,
  ) {
    super(
      `partition ${partition} has ${actualEventId ?? 'no event'} at position ${position}, ` +
        `where the checkpoint names ${expectedEventId ?? 'no event'}`,
    );
  }
}

/** The log should contain events that a queue skipped, but did not return them. */
export class MissingEventsError extends Fault {
  readonly code = 'missing_events';
  readonly retryable = true;

  constructor(
    readonly partition: number,
    readonly from: number,
    readonly delivered: number,
  ) {
    super(
      `the log of partition ${partition} returned no event from position ${from} on, although position ${delivered} was delivered`,
    );
  }
}

/** The message is not an envelope of the kind that its queue carries. */
export class MalformedMessageError extends Fault {
  readonly code = 'malformed_message';
  readonly retryable = false;
}

/** The service has no valid key of this owner, so it can't sign. One may be added to its key file at any time. */
export class NoSigningKeyError extends Fault {
  readonly code = 'no_signing_key';
  readonly retryable = true;

  constructor(readonly owner: string) {
    super(`there is no valid key of ${owner} to sign messages with`);
  }
}

/** No controller answers the pattern of a command. */
export class UnknownPatternError extends Fault {
  readonly code = 'unknown_pattern';
  readonly retryable = false;

  constructor(readonly pattern: string) {
    super(`no controller handles ${pattern}`);
  }
}

/** A handler took longer than its limit. Its later writes fail, because the checkpoint has moved on. */
export class HandlerTimedOutError extends Fault {
  readonly code = 'handler_timed_out';
  readonly retryable = false;

  constructor(readonly limitMs: number) {
    super(`the handler took longer than ${limitMs} ms`);
  }
}

/**
 * A handler throws this when its signal aborts: the batch made progress but is not done, and the next attempt continues
 * from there. Such attempts follow each other at once and do not count towards parking.
 */
export class HandlerProgressedError extends Fault {
  readonly code = 'handler_progressed';
  readonly retryable = true;
}

/** Several processes crashed, one after another, while they worked on the same event. */
export class HandlerEndedProcessError extends Fault {
  readonly code = 'handler_ended_process';
  readonly retryable = false;

  constructor(readonly times: number) {
    super(`${times} processes crashed while they worked on the event`);
  }
}

/** Several receivers died, one after another, while they held the same command. */
export class ReceiversDiedError extends Fault {
  readonly code = 'receivers_died';
  readonly retryable = false;

  constructor(readonly times: number) {
    super(`${times} receivers died while they held the command`);
  }
}

/** The replicas of a group have different deliveries, and must all have the same. */
export class MixedDeliveryError extends Fault {
  readonly code = 'mixed_delivery';
  readonly retryable = false;

  constructor(
    readonly group: string,
    other: string,
    has: string,
    wanted: string,
  ) {
    super(
      `the group ${group} has DELIVERY=${has} (replica ${other}), but this replica has DELIVERY=${wanted}: ` +
        `stop all replicas of the group before you change it, or set DELIVERY=${has} here too`,
    );
  }
}

/** Another process moved the checkpoint of a subscription: it runs twice under one name, or its table was lost. */
export class SubscriptionMovedError extends Fault {
  readonly code = 'subscription_moved';
  readonly retryable = false;

  constructor(subscription: string, partition: number, position: number) {
    super(
      `the subscription ${subscription} is no longer at position ${position} of partition ${partition}; ` +
        'another process has moved it, so this one must stop',
    );
  }
}

/** The code of a fault, or the name of another error. */
export function faultCode(error: unknown): string {
  if (error instanceof Fault) {
    return error.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
