import type { QueryConfig } from 'pg';
import type { PreparedAppend } from '../prepared-append';

/** One row per append, in no order. Version and position are those of its last event, and mean nothing in a conflict. */
export interface AppendBatchRow {
  /** From 1, in the order of the parameters. */
  readonly append: number;
  /** `known`: the log has events of this command already. */
  readonly outcome: 'appended' | 'conflict' | 'known';
  readonly version: number;
  readonly partition: number;
  readonly position: number;
}

const text = `
  SELECT append, outcome, version, partition, "position"
  FROM event_store.append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

/** No two of the appends may be of one stream or of one command: each is decided on what was there before the batch. */
export function appendBatch(appends: readonly PreparedAppend[]): QueryConfig {
  const events = appends.flatMap((append, index) =>
    append.events.map((event) => ({ ...event, append: index + 1 })),
  );
  let before = 0;
  const eventsBefore = appends.map((append) => {
    before += append.events.length;
    return before - append.events.length;
  });
  return {
    name: 'append-batch',
    text,
    values: [
      appends.map((append) => append.streamId),
      appends.map((append) => append.streamType),
      appends.map((append) => append.partition),
      appends.map((append) => append.expectedVersion),
      appends.map((append) => append.events.length),
      eventsBefore,
      appends.map((append) => append.commandId),
      appends.map((append) => append.commandHash),
      appends.map((append) => append.firstCommandOrdinal),
      appends.map((append) => append.correlationId),
      appends.map((append) => append.metadata),
      events.map((event) => event.append),
      events.map((event) => event.eventId),
      events.map((event) => event.type),
      events.map((event) => event.schemaVersion),
      events.map((event) => event.data),
    ],
  };
}
