import { Fault } from '@tidemark/kernel';
import type { ExpectedVersion } from './append';

/**
 * The stream is not at the version that the append was decided on, or another process has a turn on the stream and is
 * about to append. Load, decide and append again.
 */
export class VersionConflictError extends Fault {
  readonly code = 'version_conflict';
  readonly retryable = true;

  constructor(
    readonly streamId: string,
    readonly expectedVersion: ExpectedVersion,
  ) {
    super(`${streamId} is not at version ${expectedVersion}`);
  }
}

/** The command is still in conflict after all retries, because many writers append to the stream at once. */
export class ConcurrentModificationError extends Fault {
  readonly code = 'concurrent_modification';
  readonly retryable = true;

  constructor(
    readonly streamId: string,
    readonly attempts: number,
    cause: VersionConflictError,
  ) {
    super(`another append changed ${streamId} during each of ${attempts} attempts`, { cause });
  }
}

/** The log knows this command id with another method, path or body. */
export class CommandIdReusedError extends Fault {
  readonly code = 'command_id_reused';
  readonly retryable = false;

  constructor(readonly commandId: string) {
    super(`command ${commandId} was already used for a different request`);
  }
}

/**
 * The log has some commands of an import's batch, and lacks others. Nothing was written. Import the appends of the
 * other commands, or the batches as they were cut before.
 */
export class PartlyImportedError extends Fault {
  readonly code = 'partly_imported';
  readonly retryable = false;

  constructor(
    readonly commandId: string,
    readonly known: number,
    readonly commands: number,
  ) {
    super(`the log has ${known} of the batch's ${commands} commands already, such as ${commandId}`);
  }
}

/** The append is invalid, whatever the log contains. Nothing was sent to the database. */
export class InvalidAppendError extends Fault {
  readonly code = 'invalid_append';
  readonly retryable = false;
}

/** An event is too large. Nothing was sent to the database. */
export class EventTooLargeError extends Fault {
  readonly code = 'event_too_large';
  readonly retryable = false;

  constructor(
    readonly eventType: string,
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`${eventType} has ${bytes} bytes; the limit is ${maxBytes}`);
  }
}

/** Too many appends are waiting for the database. Nothing was sent. */
export class AppendQueueFullError extends Fault {
  readonly code = 'append_queue_full';
  readonly retryable = true;

  constructor(readonly waiting: number) {
    super(`the queue is full: ${waiting} appends are already waiting`);
  }
}

/** The log was created with another number of partitions than this process is configured for. */
export class PartitionCountMismatchError extends Fault {
  readonly code = 'partition_count_mismatch';
  readonly retryable = false;

  constructor(
    readonly stored: number,
    readonly configured: number,
  ) {
    super(`the log has ${stored} partitions, but ${configured} are configured`);
  }
}
