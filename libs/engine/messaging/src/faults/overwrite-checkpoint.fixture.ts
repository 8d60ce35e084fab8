import type { ClientBase, Pool } from 'pg';
import type { Checkpoint } from '../checkpoint';
import { schema } from './replica-process.fixture';

/** Writes a group's checkpoints without checking the lease. */
export const overwriteCheckpoint =
  (client: ClientBase | Pool, group: string) =>
  async (partition: number, { position, eventId }: Checkpoint): Promise<void> => {
    await client.query(
      `UPDATE ${schema}.consumer_checkpoints SET position = $3, event_id = $4
        WHERE group_name = $1 AND partition = $2`,
      [group, partition, position, eventId ?? null],
    );
  };
