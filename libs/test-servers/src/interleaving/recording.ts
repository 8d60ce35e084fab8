import type { PoolClient } from 'pg';
import { beginsTransaction, endsTransaction, ObservedWork, type Statement } from './observed-work';
import { sendUnobserved } from './statement-tap';

export interface RecordedStatement extends Statement {
  /** Whether it may take a lock or wait for one: it writes, or is part of a transaction. */
  readonly mayLock: boolean;
  /** Whether it commits a write: a COMMIT, or a writing statement outside a transaction. */
  readonly commits: boolean;
  /** The number of its transaction within the work, from 1; 0 for a statement outside a transaction. */
  readonly transaction: number;
}

/**
 * Runs work alone and records its statements. The server says whether a statement writes; its text does not.
 */
export async function record(work: () => Promise<unknown>): Promise<{
  readonly statements: readonly RecordedStatement[];
  readonly outcome: PromiseSettledResult<unknown>;
}> {
  const statements: RecordedStatement[] = [];
  const transactions = new Map<PoolClient, number>();
  let begun = 0;
  const observer: ObservedWork = new ObservedWork(async ({ client, ...statement }, send) => {
    const isBegin = beginsTransaction(statement.name);
    if (isBegin) {
      begun += 1;
      transactions.set(client, begun);
    }
    const isOpen = observer.hasOpenTransaction(client);
    const transaction = isBegin || isOpen ? transactions.get(client)! : 0;
    const at = statements.push({ ...statement, transaction, mayLock: false, commits: false }) - 1;
    const found = (facts: Pick<RecordedStatement, 'mayLock' | 'commits'>) => {
      statements[at] = { ...statement, transaction, ...facts };
    };
    if (isOpen) {
      const commits = statement.name === 'COMMIT' && (await hasWritten(client));
      found({ mayLock: !endsTransaction(statement.name), commits });
      return send();
    }
    if (isBegin) {
      return send();
    }
    return inOwnTransaction(client, async () => {
      const result = await send();
      const wrote = await hasWritten(client);
      found({ mayLock: wrote, commits: wrote });
      return result;
    });
  });
  const outcome = await observer.perform(work);
  return { statements, outcome };
}

/** Does in steps what the server does by itself around a lone statement, so that a scene can stop between them. */
export async function inOwnTransaction<Result>(
  client: PoolClient,
  work: () => Promise<Result>,
): Promise<Result> {
  await sendUnobserved(client, 'BEGIN');
  try {
    const result = await work();
    await sendUnobserved(client, 'COMMIT');
    return result;
  } catch (error) {
    await sendUnobserved(client, 'ROLLBACK');
    throw error;
  }
}

async function hasWritten(client: PoolClient): Promise<boolean> {
  const { rows } = await sendUnobserved(
    client,
    'SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote',
  );
  return (rows as { readonly wrote: boolean }[])[0]!.wrote;
}
