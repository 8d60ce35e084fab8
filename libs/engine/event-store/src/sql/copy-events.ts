import type { PlacedAppend } from '../import-batch';

/** The rows come from `copyRows`. Without a name, because COPY can't be prepared. */
export const copyEvents = `
  COPY event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata, event_version,
    "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position) FROM STDIN`;

/** Large enough that the stream's cost per chunk does not count, small enough for the socket's buffer. */
const chunkLength = 65_536;

/**
 * The rows in COPY's text format (PostgreSQL manual, COPY, "Text Format"), in chunks.
 *
 * @param now the timestamp of appends that have none, in the server's format
 */
export function* copyRows(appends: readonly PlacedAppend[], now: string): Generator<string> {
  let chunk = '';
  for (const { append, at, partition, firstVersion, firstPosition } of appends) {
    const stream = `${escaped(append.streamId)}\t${append.streamType}`;
    const metadata = escaped(append.metadata);
    const timestamp = at?.toISOString() ?? now;
    const command = `${escaped(append.correlationId)}\t${append.commandId}`;
    const hash = `\\\\x${append.commandHash.toString('hex')}`;
    for (const [index, { eventId, type, schemaVersion, data }] of append.events.entries()) {
      chunk +=
        `${eventId}\t${stream}\t${escaped(type)}\t${escaped(data)}\t${metadata}\t${firstVersion + index}` +
        `\t${timestamp}\t${command}\t${append.firstCommandOrdinal + index}\t${hash}\t${schemaVersion}` +
        `\t${partition}\t${firstPosition + index}\n`;
    }
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;

/** Most texts have nothing to escape, and a search without a match costs less than a replacement. */
function escaped(text: string): string {
  return special.test(text) ? text.replace(specials, (character) => escapes[character]!) : text;
}
