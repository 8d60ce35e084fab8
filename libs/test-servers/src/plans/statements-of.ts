import type { QueryConfig } from 'pg';
import { observed } from '../interleaving/statement-tap';

/** The statements that the work sends, in their order. Its pools must have been given to `tapStatements`. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly QueryConfig[]> {
  const sent: QueryConfig[] = [];
  await observed(
    {
      through: ({ statement }, send) => {
        sent.push(statement);
        return send();
      },
    },
    work,
  );
  return sent;
}
