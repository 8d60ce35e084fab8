import { setImmediate as turn } from 'node:timers/promises';
import type { PoolClient, QueryResult } from 'pg';
import { observed, type StatementObserver, type TappedStatement } from './statement-tap';

export interface Statement {
  readonly name: string;
  /** The number of the statement, from 1, among the work's statements of this name. */
  readonly nth: number;
}

/** How a scene handles a statement: it calls `send` when the statement may be sent. */
export type Through = (
  statement: Statement & Pick<TappedStatement, 'client'>,
  send: () => Promise<QueryResult>,
) => Promise<QueryResult>;

/** After this many turns of the event loop without a new statement, the work counts as waiting for the scene. */
const quietTurns = 4;

/** The work of one replica. A scene holds its statements back or watches them. */
export class ObservedWork implements StatementObserver {
  private readonly counts = new Map<string, number>();
  private readonly openTransactions = new Set<PoolClient>();
  private readonly used = new Set<PoolClient>();
  private arrived = 0;
  private underWay = 0;

  constructor(private readonly scene: Through) {}

  /** Runs the work and returns its outcome. Never rejects. */
  async perform(work: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
    const [outcome] = await Promise.allSettled([observed(this, work)]);
    return outcome;
  }

  /** The server's process ids of the connections that the work has used. */
  get backends(): number[] {
    return [...this.used].map((client) => (client as unknown as { readonly processID: number }).processID);
  }

  get isInTransaction(): boolean {
    return this.openTransactions.size > 0;
  }

  hasOpenTransaction(client: PoolClient): boolean {
    return this.openTransactions.has(client);
  }

  through({ name, client }: TappedStatement, send: () => Promise<QueryResult>): Promise<QueryResult> {
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    this.arrived += 1;
    return this.scene({ name, nth, client }, () => this.send(name, client, send));
  }

  /**
   * Resolves when no statement is under way and no new statement has come for some turns. The whole work then waits for
   * the scene.
   */
  async untilQuiet(): Promise<void> {
    let seen = this.arrived;
    for (let quiet = 0; quiet < quietTurns; quiet += 1) {
      await turn();
      if (this.underWay > 0 || seen !== this.arrived) {
        seen = this.arrived;
        quiet = -1;
      }
    }
  }

  private async send(
    name: string,
    client: PoolClient,
    send: () => Promise<QueryResult>,
  ): Promise<QueryResult> {
    this.used.add(client);
    this.underWay += 1;
    try {
      const result = await send();
      if (beginsTransaction(name)) {
        this.openTransactions.add(client);
      }
      return result;
    } finally {
      this.underWay -= 1;
      if (endsTransaction(name)) {
        this.openTransactions.delete(client);
      }
    }
  }
}

export function isSame(a: Statement, b: Statement): boolean {
  return a.name === b.name && a.nth === b.nth;
}

export function titleOf({ name, nth }: Statement): string {
  return nth === 1 ? name : `${name} (${nth})`;
}

export function beginsTransaction(name: string): boolean {
  return /^BEGIN\b/.test(name);
}

export function endsTransaction(name: string): boolean {
  return /^(COMMIT|ROLLBACK)$/.test(name);
}
