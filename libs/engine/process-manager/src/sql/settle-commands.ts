import type { Queryable } from './queryable';

export interface SettledCommand {
  readonly commandId: string;
  /** The id of the event that answered the command, or `skip`. */
  readonly by: string;
}

/** Settles these commands of instances that the caller has locked. They are no longer awaited or sent. */
export async function settleCommands(client: Queryable, settled: readonly SettledCommand[]): Promise<void> {
  await client.query({
    name: 'tidemark-process-settle-commands',
    text: `
UPDATE process_manager.commands AS c
   SET settled_at = now(), settled_by = settled.by
  FROM unnest($1::uuid[], $2::text[]) AS settled (command_id, by)
 WHERE c.command_id = settled.command_id AND c.settled_at IS NULL`,
    values: [settled.map(({ commandId }) => commandId), settled.map(({ by }) => by)],
  });
}
