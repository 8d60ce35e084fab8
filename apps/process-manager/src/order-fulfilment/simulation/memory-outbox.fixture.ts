import type { CommandEnvelope } from '@tidemark/messaging';
import { attemptsBeforeOverdue } from '@tidemark/process-manager';
import type { CrashPoints } from './crash-points.fixture';

export interface OutboxEntry {
  /** The instance that sent the command. */
  readonly id: string;
  readonly command: CommandEnvelope;
  attempts: number;
  dueAt: number;
  firstSentAt?: number;
  isGivenUp: boolean;
}

const firstResendMs = 2_000;
const maxResendMs = 60_000;
const giveUpAfterMs = 60 * 60_000;

/** The table of unanswered commands in memory, with the rules of the engine's SQL. */
export class MemoryOutbox {
  private readonly entries = new Map<string, OutboxEntry>();

  constructor(
    private readonly crashes: CrashPoints,
    private readonly now: () => number,
  ) {}

  add(id: string, command: CommandEnvelope): void {
    this.entries.set(command.commandId, { id, command, attempts: 0, dueAt: this.now(), isGivenUp: false });
  }

  remove(commandId: string): void {
    this.entries.delete(commandId);
  }

  /** Gives up the instance's commands for which `isGivenUp` holds, and resumes its other commands. */
  giveUp(id: string, isGivenUp: (command: CommandEnvelope) => boolean): void {
    for (const entry of this.entries.values()) {
      if (entry.id === id) {
        entry.isGivenUp = isGivenUp(entry.command);
      }
    }
  }

  /** The commands to send now: those that are due, and those that were scheduled before the clock stepped back. */
  due(): OutboxEntry[] {
    const now = this.now();
    return this.sendable(({ dueAt }) => dueAt <= now || dueAt > now + 2 * maxResendMs);
  }

  /** When the next command is due; infinite if none is waiting. */
  nextDue(): number {
    let next = Infinity;
    for (const { isGivenUp, dueAt } of this.entries.values()) {
      next = isGivenUp ? next : Math.min(next, dueAt);
    }
    return next;
  }

  /** Instances with a command that has been unanswered for an hour, and was sent often enough. */
  overdue(): string[] {
    const overdue = this.sendable(this.isOverdue);
    return overdue.length === 0 ? [] : [...new Set(overdue.map(({ id }) => id))];
  }

  /** The overdue commands of an instance. */
  overdueOf(id: string): CommandEnvelope[] {
    return this.sendable((entry) => entry.id === id && this.isOverdue(entry)).map(({ command }) => command);
  }

  /** Like the dispatcher: sets the next due time first, then publishes, so that a crash in between only costs time. */
  claim(entry: OutboxEntry): CommandEnvelope {
    return this.crashes.call('outbox.claim', () => {
      entry.dueAt = this.now() + Math.min(firstResendMs * 2 ** entry.attempts, maxResendMs);
      entry.attempts += 1;
      entry.firstSentAt = Math.min(entry.firstSentAt ?? Infinity, this.now());
      return entry.command;
    });
  }

  /** A command that the broker refused has used no attempt, and is due again soon. */
  giveBack(entry: OutboxEntry): void {
    if (entry.attempts === 0) {
      return;
    }
    entry.dueAt = this.now() + firstResendMs;
    entry.attempts -= 1;
    if (entry.attempts === 0) {
      delete entry.firstSentAt;
    }
  }

  /** Marks the instance's commands that were not given up as never sent and due. */
  sendAnew(id: string): void {
    for (const entry of this.sendable((candidate) => candidate.id === id)) {
      entry.attempts = 0;
      entry.dueAt = this.now();
      delete entry.firstSentAt;
    }
  }

  private sendable(isWanted: (entry: OutboxEntry) => boolean): OutboxEntry[] {
    const wanted: OutboxEntry[] = [];
    for (const entry of this.entries.values()) {
      if (!entry.isGivenUp && isWanted(entry)) {
        wanted.push(entry);
      }
    }
    return wanted;
  }

  private readonly isOverdue = ({ firstSentAt, attempts }: OutboxEntry) =>
    firstSentAt !== undefined &&
    firstSentAt + giveUpAfterMs <= this.now() &&
    attempts >= attemptsBeforeOverdue;
}
