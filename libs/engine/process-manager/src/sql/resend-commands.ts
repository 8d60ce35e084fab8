import type { Queryable } from './queryable';

/** Makes all unanswered commands of an instance due at once, as if they had never been sent. */
export async function resendCommands(client: Queryable, process: string, instanceId: string): Promise<void> {
  await client.query({
    name: 'tidemark-process-resend-commands',
    text: `
UPDATE process_manager.commands
   SET parked_at = NULL, first_sent_at = NULL, attempts = 0, due_at = now()
 WHERE process = $1 AND instance_id = $2 AND settled_at IS NULL`,
    values: [process, instanceId],
  });
}
