import type { Pool } from 'pg';
import type { OutgoingMessage } from '../../../broker/message';

/**
 * Stores messages of one queue, as many as the queue has room for, in their order. A message whose id waits already is
 * not stored again: a sender's repetitions don't pile up.
 *
 * @returns the number of messages that are stored now, counted from the first; absent if there is no such queue
 */
export async function insertCommands(
  pool: Pool,
  queue: string,
  messages: readonly OutgoingMessage[],
): Promise<number | undefined> {
  const { rows } = await pool.query<{ room: number | null }>({
    name: 'tidemark-command-queue-insert',
    text: `
WITH queue AS (
  SELECT CASE WHEN max_commands IS NOT NULL THEN
           greatest(0, max_commands - (SELECT count(*) FROM command_queue.commands WHERE queue = $1))::integer
         END AS room
    FROM command_queue.queues
   WHERE name = $1
), stored AS (
  INSERT INTO command_queue.commands (message_id, queue, routing_key, content, properties)
  SELECT message_id, $1, routing_key, content, properties::json
    FROM queue
   CROSS JOIN unnest($2::text[], $3::text[], $4::bytea[], $5::text[])
         WITH ORDINALITY AS given (message_id, routing_key, content, properties, number)
   WHERE room IS NULL OR number <= room
   ORDER BY number
  ON CONFLICT DO NOTHING
)
SELECT room FROM queue`,
    values: [
      queue,
      messages.map(({ properties }) => properties.messageId),
      messages.map(({ routingKey }) => routingKey),
      messages.map(({ content }) => content),
      messages.map(({ properties }) => JSON.stringify(properties)),
    ],
  });
  const [found] = rows;
  return found && (found.room ?? messages.length);
}
