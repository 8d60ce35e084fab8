import type { CommandEnvelope } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { ClaimedCommand } from './sql/claim-due-commands';

interface Row {
  readonly envelope: CommandEnvelope;
  attempts: number;
  dueAt: number;
}

/** Answers the dispatcher's two statements, for tests that need no Postgres. */
export class OutboxInMemory {
  private readonly rows = new Map<string, Row>();

  ask(envelope: CommandEnvelope): void {
    this.rows.set(envelope.commandId, { envelope, attempts: 0, dueAt: 0 });
  }

  settle(commandId: string): void {
    this.rows.delete(commandId);
  }

  get pool(): Pool {
    const query = ({ name, values }: { name: string; values: readonly unknown[] }) =>
      Promise.resolve(
        name === 'tidemark-process-claim-commands'
          ? { rows: this.claim(Number(values[1]), Number(values[2]), values[4] as readonly string[]) }
          : { rows: this.giveBack(values[0] as readonly string[], Number(values[1])) },
      );
    return { query } as unknown as Pool;
  }

  private claim(limit: number, resendMs: number, without: readonly string[]): readonly ClaimedCommand[] {
    const due = [...this.rows.values()]
      .filter(({ dueAt, envelope }) => dueAt <= performance.now() && !without.includes(envelope.streamType))
      .slice(0, limit);
    return due.map((row) => {
      row.attempts += 1;
      row.dueAt = performance.now() + resendMs;
      return { command_id: row.envelope.commandId, envelope: row.envelope, attempts: row.attempts };
    });
  }

  private giveBack(commandIds: readonly string[], retryMs: number): readonly never[] {
    for (const commandId of commandIds) {
      const row = this.rows.get(commandId);
      if (row) {
        row.attempts -= 1;
        row.dueAt = performance.now() + retryMs;
      }
    }
    return [];
  }
}
