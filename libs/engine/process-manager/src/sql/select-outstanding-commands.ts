import { overdue } from './overdue';
import type { Queryable } from './queryable';

export interface OutstandingRow {
  readonly instance_id: string;
  readonly command_id: string;
  readonly step: string;
  readonly is_given_up: boolean;
  readonly first_sent_at: Date | null;
  /**
   * Whether the command was first sent more than `giveUpAfterMs` ago, and was sent often enough
   * (`attemptsBeforeOverdue`).
   */
  readonly is_overdue: boolean;
}

/** The unanswered commands of these instances, oldest first. */
export async function selectOutstandingCommands(
  client: Queryable,
  process: string,
  instanceIds: readonly string[],
  giveUpAfterMs: number,
): Promise<readonly OutstandingRow[]> {
  const { rows } = await client.query<OutstandingRow>({
    name: 'tidemark-process-outstanding',
    text: `
SELECT instance_id, command_id, step, parked_at IS NOT NULL AS is_given_up, first_sent_at,
       coalesce(${overdue('$3')}, false) AS is_overdue
  FROM process_manager.commands
 WHERE process = $1 AND instance_id = ANY ($2) AND settled_at IS NULL
 ORDER BY created_at, step`,
    values: [process, instanceIds, giveUpAfterMs],
  });
  return rows;
}
