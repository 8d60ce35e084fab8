import type { Pool } from 'pg';
import { lasting } from '../../../leases/expiry';

export interface TakenCommand {
  readonly message_id: string;
  readonly seq: number;
  readonly queue: string;
  readonly routing_key: string;
  readonly content: Buffer;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly failures: number;
  readonly losses: number;
}

/**
 * Takes the oldest waiting commands of each queue, up to the queue's number in `room`. Receivers pass over commands
 * that another one is just taking. A receiver whose membership has run out gets none, because the others would take
 * them back at once.
 *
 * By `ctid`, because the planner does not know how many commands there is room for. A join by the key reads the whole
 * table when it is long.
 */
export async function takeCommands(
  pool: Pool,
  receiver: string,
  room: ReadonlyMap<string, number>,
): Promise<readonly TakenCommand[]> {
  const { rows } = await pool.query<TakenCommand>({
    name: 'tidemark-command-queue-take',
    text: `
UPDATE command_queue.commands AS command
   SET receiver = $1
 WHERE ctid = ANY (ARRAY (
         SELECT waiting.ctid
           FROM unnest($2::text[], $3::integer[]) AS wanted (queue, room)
          CROSS JOIN LATERAL (
            SELECT ctid
              FROM command_queue.commands
             WHERE queue = wanted.queue AND receiver IS NULL
             ORDER BY seq
             LIMIT wanted.room
               FOR UPDATE SKIP LOCKED
          ) AS waiting
       ))
   AND EXISTS (SELECT FROM command_queue.receivers WHERE id = $1 AND ${lasting('expires_at')})
RETURNING queue, message_id, seq, routing_key, content, properties, attempts, failures, losses`,
    values: [receiver, [...room.keys()], [...room.values()]],
  });
  return [...rows].sort((one, other) => one.seq - other.seq);
}
