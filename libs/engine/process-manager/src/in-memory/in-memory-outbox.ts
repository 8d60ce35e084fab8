import type { CommandOutbox } from '../command-outbox';
import type { NewCommand } from '../outstanding-commands';
import type { ClaimedCommand, ClaimOptions } from '../sql/claim-due-commands';
import { attemptsBeforeOverdue } from '../sql/overdue';

interface Row extends NewCommand {
  readonly instanceId: string;
  readonly createdAt: number;
  readonly attempts: number;
  readonly dueAt: number;
  readonly firstSentAt?: number;
  readonly isGivenUp: boolean;
}

/** The unanswered commands of one process in memory, with the rules of the SQL. Times are milliseconds since 1970. */
export class InMemoryOutbox implements CommandOutbox {
  private readonly rows = new Map<string, Row>();
  private readonly answered = new Set<string>();

  constructor(
    private readonly now: () => number,
    private readonly giveUpAfterMs: number,
  ) {}

  add(instanceId: string, command: NewCommand): void {
    const now = this.now();
    this.rows.set(command.envelope.commandId, {
      ...command,
      instanceId,
      createdAt: now,
      attempts: 0,
      dueAt: now,
      isGivenUp: false,
    });
  }

  /** The command has its answer. It must not be requested again. */
  settle(commandId: string): void {
    this.rows.delete(commandId);
    this.answered.add(commandId);
  }

  isAnswered(commandId: string): boolean {
    return this.answered.has(commandId);
  }

  /** Unanswered commands, oldest first, of one instance or of all. */
  outstanding(instanceId?: string): readonly Row[] {
    return [...this.rows.values()].filter((row) => instanceId === undefined || row.instanceId === instanceId);
  }

  /** Commands that have been unanswered for too long and are still sent. */
  overdue(): readonly Row[] {
    const isOverdue = ({ firstSentAt, attempts }: Row) =>
      firstSentAt !== undefined &&
      firstSentAt + this.giveUpAfterMs <= this.now() &&
      attempts >= attemptsBeforeOverdue;
    return this.outstanding().filter((row) => !row.isGivenUp && isOverdue(row));
  }

  giveUp(commandIds: readonly string[]): void {
    commandIds.forEach((commandId) => this.change(commandId, { isGivenUp: true }));
  }

  /** Makes all unanswered commands of an instance due at once, as if they had never been sent. */
  sendAnew(instanceId: string): void {
    this.outstanding(instanceId).forEach(({ firstSentAt: _sent, ...row }) => {
      const anew = { ...row, attempts: 0, dueAt: this.now(), isGivenUp: false };
      this.rows.set(row.envelope.commandId, anew);
    });
  }

  /** When the next command is due; infinite if none is. */
  nextDueAt(): number {
    return Math.min(
      ...this.outstanding().map(({ isGivenUp, dueAt }) => (isGivenUp ? Infinity : dueAt)),
      Infinity,
    );
  }

  async claim({
    limit,
    withoutStreamTypes,
    firstResendMs,
    maxResendMs,
  }: Omit<ClaimOptions, 'process'>): Promise<readonly ClaimedCommand[]> {
    const now = this.now();
    const latest = now + 2 * Math.max(firstResendMs, maxResendMs);
    return this.outstanding()
      .filter(({ isGivenUp, dueAt }) => !isGivenUp && (dueAt <= now || dueAt > latest))
      .filter(({ envelope }) => !withoutStreamTypes.includes(envelope.streamType))
      .sort((one, other) => one.dueAt - other.dueAt)
      .slice(0, limit)
      .map(({ envelope, attempts, firstSentAt = now }) => {
        const { commandId } = envelope;
        const dueAt = now + Math.min(firstResendMs * 2 ** attempts, maxResendMs);
        this.change(commandId, { attempts: attempts + 1, firstSentAt: Math.min(firstSentAt, now), dueAt });
        return { command_id: commandId, envelope, attempts: attempts + 1 };
      });
  }

  async giveBack(commandIds: readonly string[], retryMs: number): Promise<void> {
    for (const { firstSentAt, ...row } of commandIds.flatMap((id) => this.rows.get(id) ?? [])) {
      if (row.attempts > 0) {
        this.rows.set(row.envelope.commandId, {
          ...row,
          attempts: row.attempts - 1,
          ...(row.attempts > 1 && firstSentAt !== undefined && { firstSentAt }),
          dueAt: this.now() + retryMs,
        });
      }
    }
  }

  private change(commandId: string, change: Partial<Row>): void {
    const row = this.rows.get(commandId);
    if (row) {
      this.rows.set(commandId, { ...row, ...change });
    }
  }
}
