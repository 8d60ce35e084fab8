import { Fault, type EventEnvelope } from '@tidemark/kernel';

/**
 * The database of the read models can't be reached, or has no primary. It is unknown whether the last write took place.
 */
export class DocumentStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the document store is unavailable', { cause });
  }
}

/** An event changes a document that no earlier event of its partition has created. */
export class DocumentMissingError extends Fault {
  readonly code = 'document_missing';
  readonly retryable = false;

  constructor(projection: string, event: EventEnvelope) {
    super(`${projection} has no document for ${event.type} of ${event.streamId}`);
  }
}

/**
 * Events of two partitions concern one document. These events have no order, so the document needs another partition
 * key.
 */
export class ForeignPartitionError extends Fault {
  readonly code = 'foreign_partition';
  readonly retryable = false;

  constructor(projection: string, id: string, documentPartition: number, event: EventEnvelope) {
    super(
      `${projection} ${id} is fed by partitions ${documentPartition} and ${event.partition} (${event.type} of ` +
        `${event.streamId}), and events of two partitions have no order: use an id that belongs to one partition key, ` +
        'or a tally, which keeps a document per partition and adds them up when it is read',
    );
  }
}

/** A projection threw on an event. The event's stream can't continue until the projection is corrected. */
export class ProjectionFailedError extends Fault {
  readonly code = 'projection_failed';
  readonly retryable = false;

  constructor(
    readonly projection: string,
    readonly event: EventEnvelope,
    cause: unknown,
  ) {
    super(`${projection} failed on ${event.type} (${event.streamId}, version ${event.version})`, { cause });
  }
}

/**
 * A document was folded again at one checkpoint so often that no position is left before the next event. The next event
 * corrects it. That needs positions far beyond those of any log; see `refoldedAt`.
 */
export class TooManyRefoldsError extends Fault {
  readonly code = 'too_many_refolds';
  readonly retryable = false;

  constructor(checkpoint: number) {
    super(`a document was refolded too often at position ${checkpoint}; the next event repairs it`);
  }
}

/** The database of the read models cannot be reached, has no primary that takes the command, or was too slow. */
export class ReadStoreUnavailableError extends Fault {
  readonly code = 'store_unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the read store is unavailable', { cause });
  }
}

/** The read models are made from another log: two installations would write over each other's documents. */
export class ForeignReadStoreError extends Fault {
  readonly code = 'foreign_read_store';
  readonly retryable = false;

  constructor(recorded: string, own: string) {
    super(
      `the read store holds the documents of another installation: they are made from the log ${recorded}, and this one ` +
        `has the log ${own}. Give this installation a database of its own, or drop the old one's read models`,
    );
  }
}

/** An inline projection has no table or checkpoints yet. Call `InlineProjections.prepare` before the first append. */
export class InlineNotPreparedError extends Fault {
  readonly code = 'inline_not_prepared';
  readonly retryable = false;

  constructor(readonly generation: string) {
    super(`${generation} is not prepared: call InlineProjections.prepare() before the first append`);
  }
}
