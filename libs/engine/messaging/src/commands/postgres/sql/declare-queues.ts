import type { Pool } from 'pg';

/** Adds the queues that are missing. Repeated and concurrent calls change nothing. */
export async function declareQueues(pool: Pool, names: readonly string[]): Promise<void> {
  await pool.query({
    name: 'tidemark-command-queue-declare',
    text: `
INSERT INTO command_queue.queues (name)
SELECT name FROM unnest($1::text[]) AS wanted (name)
 WHERE NOT EXISTS (SELECT FROM command_queue.queues WHERE queues.name = wanted.name)
 ORDER BY name
ON CONFLICT DO NOTHING`,
    values: [names],
  });
}
