import { PROCESS_ACTOR_PREFIX, type EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import { commandIdOf } from './command-id';
import { StepRepeatedError } from './errors';
import type { OutstandingCommand } from './process-instance';
import type { ProcessCommand } from './reaction';

export interface NewCommand {
  readonly step: string;
  readonly envelope: CommandEnvelope;
}

/** `by` is the id of the event that answered, or `skip`. */
export interface SettledCommand {
  readonly commandId: string;
  readonly by: string;
}

/** The commands of one instance that wait for an answer, and their changes that a transaction has to write. */
export class OutstandingCommands {
  readonly asked: NewCommand[] = [];
  readonly settled: SettledCommand[] = [];

  constructor(
    private readonly processName: string,
    private readonly instanceId: string,
    private waiting: readonly OutstandingCommand[],
  ) {}

  get areNone(): boolean {
    return this.waiting.length === 0;
  }

  givenUpSteps(): string[] {
    return this.waiting.filter(({ isGivenUp }) => isGivenUp).map(({ step }) => step);
  }

  /**
   * A step that is already awaited is not requested again, because its command would have the same id.
   *
   * @throws StepRepeatedError for a step that was answered within this run; the insert notices steps that were answered
   * earlier
   */
  ask({ step, ...command }: ProcessCommand, correlationId: string, cause?: EventEnvelope): void {
    const commandId = commandIdOf(this.processName, this.instanceId, step);
    if (this.waiting.some((asked) => asked.commandId === commandId)) {
      return;
    }
    if (this.settled.some((answered) => answered.commandId === commandId)) {
      throw new StepRepeatedError(this.processName, [step]);
    }
    const traceparent = cause?.metadata.traceparent;
    this.waiting = [...this.waiting, { commandId, step, isGivenUp: false }];
    this.asked.push({
      step,
      envelope: {
        commandId,
        streamType: command.streamType,
        type: command.type,
        data: command.data,
        correlationId,
        actor: `${PROCESS_ACTOR_PREFIX}${this.processName}`,
        ...(cause && { causingEventId: cause.eventId }),
        ...(traceparent !== undefined && { traceparent }),
      },
    });
  }

  /**
   * Settles the command that the event answers. The log is the reply channel: an event answers the command that it
   * names as its cause.
   *
   * @returns whether the event was an answer
   */
  settle({ causationId, eventId }: EventEnvelope): boolean {
    const remaining = this.waiting.filter(({ commandId }) => commandId !== causationId);
    if (remaining.length === this.waiting.length) {
      return false;
    }
    this.waiting = remaining;
    this.settled.push({ commandId: causationId, by: eventId });
    return true;
  }

  /** Gives up these commands, which were sent for too long. @returns the steps concerned */
  giveUp(commandIds: ReadonlySet<string>): string[] {
    const concerned = this.waiting.filter(({ commandId }) => commandIds.has(commandId));
    this.waiting = this.waiting.map((command) =>
      concerned.includes(command) ? { ...command, isGivenUp: true } : command,
    );
    return concerned.map(({ step }) => step);
  }

  /** Waits again for the commands that were given up. */
  resume(): void {
    this.waiting = this.waiting.map((command) => ({ ...command, isGivenUp: false }));
  }

  /** No longer waits for answers to the commands that were given up. */
  skipGivenUp(): void {
    const givenUp = this.waiting.filter(({ isGivenUp }) => isGivenUp);
    this.waiting = this.waiting.filter(({ isGivenUp }) => !isGivenUp);
    this.settled.push(...givenUp.map(({ commandId }) => ({ commandId, by: 'skip' })));
  }
}
