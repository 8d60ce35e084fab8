import type { Queryable } from './queryable';

/** Gives up these commands of instances that the caller has locked. They are not sent until an operator retries. */
export async function giveUpCommands(client: Queryable, commandIds: readonly string[]): Promise<void> {
  await client.query({
    name: 'tidemark-process-give-up-commands',
    text: `
UPDATE process_manager.commands SET parked_at = now()
 WHERE command_id = ANY ($1) AND settled_at IS NULL`,
    values: [commandIds],
  });
}
