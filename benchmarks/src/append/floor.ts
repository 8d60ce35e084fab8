import { migrateEventStore } from '@tidemark/event-store';
import { v7 as uuidv7 } from 'uuid';
import { contenderPool, withAdmin, type AppendContender } from './contender';

const partitions = 16;

/**
 * What the driver alone can do: one prepared INSERT per transaction into a copy of the events table. The copy has the
 * columns, checks and indexes, but no head rows and no trigger. Positions come from counters of this process, which
 * gives up the guarantees of the log.
 */
export async function openFloor(databaseUrl: string): Promise<AppendContender> {
  await migrateEventStore({ databaseUrl, partitions });
  await withAdmin(databaseUrl, async (admin) => {
    await admin.query('CREATE SCHEMA floor');
    await admin.query('CREATE TABLE floor.events (LIKE event_store.events INCLUDING ALL)');
  });
  const pool = contenderPool(databaseUrl);
  const commandHash = Buffer.alloc(32, 0xc0);
  const metadata = JSON.stringify({ actor: 'bench' });
  let written = 0;
  return {
    name: 'floor',
    append: async (write) => {
      const [event] = write.events;
      const sequence = written;
      written += 1;
      await pool.query({
        name: 'bare-insert',
        text: `
          INSERT INTO floor.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
            event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
          VALUES ($1, $2, 'Order', $3, $4, $5, 1, clock_timestamp(), $6, $7, 0, $8, 1, $9, $10)`,
        values: [
          uuidv7(),
          `Order-${write.streamId}`,
          event.type,
          JSON.stringify(event.data),
          metadata,
          write.id,
          write.id,
          commandHash,
          sequence % partitions,
          Math.floor(sequence / partitions) + 1,
        ],
      });
    },
    landedSql:
      'SELECT correlation_id AS id, count(*)::integer AS events FROM floor.events GROUP BY correlation_id',
    close: () => pool.end(),
  };
}
