import type { QueryConfig } from 'pg';
import type { PreparedAppend } from '../prepared-append';
import { byteaArray, plainArray, textArray } from './array-literal';

/**
 * One row per append, in no particular order. Version and position are those of the append's last event. In a conflict,
 * they mean nothing.
 */
export interface AppendBatchRow {
  /** The number of the append, from 1, in the order of the parameters. */
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

/**
 * The appends must be to different streams and of different commands, because each is decided on the log before the
 * batch.
 */
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
      textArray(appends.map((append) => append.streamId)),
      textArray(appends.map((append) => append.streamType)),
      plainArray(appends.map((append) => append.partition)),
      plainArray(appends.map((append) => append.expectedVersion)),
      plainArray(appends.map((append) => append.events.length)),
      plainArray(eventsBefore),
      plainArray(appends.map((append) => append.commandId)),
      byteaArray(appends.map((append) => append.commandHash)),
      plainArray(appends.map((append) => append.firstCommandOrdinal)),
      textArray(appends.map((append) => append.correlationId)),
      textArray(appends.map((append) => append.metadata)),
      plainArray(events.map((event) => event.append)),
      plainArray(events.map((event) => event.eventId)),
      textArray(events.map((event) => event.type)),
      plainArray(events.map((event) => event.schemaVersion)),
      textArray(events.map((event) => event.data)),
    ],
  };
}
