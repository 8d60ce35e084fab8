import type { Queryable } from './queryable';

export interface Answer {
  readonly commandId: string;
  readonly eventId: string;
}

/** The answers have come: these commands are not sent again. */
export async function settleCommands(client: Queryable, answers: readonly Answer[]): Promise<void> {
  await client.query({
    name: 'tidemark-process-settle-commands',
    text: `
UPDATE process_manager.commands AS c
   SET settled_at = now(), settled_by = answer.event_id
  FROM unnest($1::uuid[], $2::text[]) AS answer (command_id, event_id)
 WHERE c.command_id = answer.command_id AND c.settled_at IS NULL`,
    values: [answers.map(({ commandId }) => commandId), answers.map(({ eventId }) => eventId)],
  });
}
