import { migrateEventStore } from '@tidemark/event-store';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { v7 as uuidv7 } from 'uuid';
import { contenderPool, withAdmin } from '../append/contender';
import type { Write } from '../append/write';
import { batchEvents, type ImportContender } from './import-contender';

const partitions = 16;
const rowsPerChunk = 100;

/**
 * What the driver alone can do: the rows are texts in memory, and COPY writes them to a copy of the events table. The
 * copy has the columns, checks and indexes, but no head rows and no trigger.
 */
export async function openBareCopy(databaseUrl: string): Promise<ImportContender> {
  await migrateEventStore({ databaseUrl, partitions });
  await withAdmin(databaseUrl, async (admin) => {
    await admin.query('CREATE SCHEMA floor');
    await admin.query('CREATE TABLE floor.events (LIKE event_store.events INCLUDING ALL)');
  });
  const pool = contenderPool(databaseUrl);
  let written = 0;
  return {
    name: 'bare-copy',
    prepare: (history) => {
      const rows = history.flatMap((write) => rowsOf(write, () => written++));
      const batches = sliced(rows, batchEvents).map((batch) =>
        sliced(batch, rowsPerChunk).map((chunk) => chunk.join('')),
      );
      return Promise.resolve(async () => {
        const client = await pool.connect();
        try {
          for (const chunks of batches) {
            const copy = client.query(
              copyFrom(`
                COPY floor.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
                  event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version,
                  partition, position) FROM STDIN`),
            );
            await pipeline(Readable.from(chunks), copy);
          }
        } finally {
          client.release();
        }
      });
    },
    landedSql:
      'SELECT correlation_id AS id, count(*)::integer AS events FROM floor.events GROUP BY correlation_id',
    close: () => pool.end(),
  };
}

/** The data has no character that COPY's format escapes. */
function rowsOf({ id, streamId, events }: Write, next: () => number): string[] {
  const now = new Date().toISOString();
  const hash = `\\\\x${'c0'.repeat(32)}`;
  const metadata = JSON.stringify({ actor: 'bench' });
  return events.map(({ type, data }, index) => {
    const sequence = next();
    const position = Math.floor(sequence / partitions) + 1;
    return `${[
      uuidv7(),
      `Order-${streamId}`,
      'Order',
      type,
      JSON.stringify(data),
      metadata,
      index + 1,
      now,
      id,
      id,
      index,
      hash,
      1,
      sequence % partitions,
      position,
    ].join('\t')}\n`;
  });
}

function sliced<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
