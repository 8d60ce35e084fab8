import type { CommandEnvelope } from '@tidemark/messaging';
import type { EventEnvelope } from '@tidemark/kernel';
import { commandIdOf } from './command-id';
import { eventInput, historyEntryOf } from './input';
import type { ProcessDefinition, ProcessInput } from './process-definition';
import type { HistoryEntry, InstanceStatus, OutstandingCommand, ProcessInstance } from './process-instance';
import type { Handled, ParkReason, ProcessCommand } from './reaction';

export interface NewCommand {
  readonly step: string;
  readonly envelope: CommandEnvelope;
}

/** Everything that a transaction has to write for one instance. */
export interface InstanceChange<State = unknown> {
  readonly instance: ProcessInstance<State>;
  readonly commands: readonly NewCommand[];
  /** Command ids by the id of the event that answered them. */
  readonly answered: readonly { readonly commandId: string; readonly eventId: string }[];
  /** By name; `undefined` removes the timer. */
  readonly timers: ReadonlyMap<string, string | undefined>;
  readonly history: readonly HistoryEntry[];
}

const unanswered = 'command_unanswered';
/** Published: timers of such an instance do not fire, and its events wait. */
export const reactionFailed = 'reaction_failed';

/**
 * One instance taking inputs, in memory: what the engine does between reading and writing, without either. The same
 * code runs under Postgres and in tests.
 */
export class InstanceRun<State = unknown> {
  private state: State;
  private deferred: readonly EventEnvelope[];
  private parked: ParkReason | undefined;
  private correlationId: string;
  private outstanding: readonly OutstandingCommand[];
  private hasChanged = false;
  private readonly commands: NewCommand[] = [];
  private readonly answered: { commandId: string; eventId: string }[] = [];
  private readonly timers = new Map<string, string | undefined>();
  private readonly history: HistoryEntry[] = [];

  constructor(
    private readonly definition: ProcessDefinition<State>,
    private readonly stored: ProcessInstance<State>,
    outstanding: readonly OutstandingCommand[],
  ) {
    this.state = stored.state;
    this.deferred = stored.deferred;
    this.parked = stored.parked;
    this.correlationId = stored.correlationId;
    this.outstanding = outstanding;
  }

  event(event: EventEnvelope): void {
    this.take(eventInput(event));
  }

  timer(name: string, dueAt: string): void {
    if (this.parked?.code === reactionFailed) {
      return;
    }
    this.timers.set(name, undefined);
    this.hasChanged = true;
    this.take({ kind: 'timer', name, at: dueAt });
  }

  /** Sends what is unanswered again, offers what could not be reacted to again, and tells the process. */
  retry(actor: string, at: string): void {
    this.parked = undefined;
    this.outstanding = this.outstanding.map((command) => ({ ...command, isParked: false }));
    this.note({ at, event: 'retry', action: 'unparked', actor });
    this.take({ kind: 'retry', name: 'retry', at, actor });
    this.replayDeferred();
    this.parkAgainIfStuck();
  }

  /** These commands were sent for so long that a person has to look. */
  parkUnanswered(commandIds: ReadonlySet<string>, at: string): void {
    const concerned = this.outstanding.filter(({ commandId }) => commandIds.has(commandId));
    if (concerned.length === 0) {
      return;
    }
    this.outstanding = this.outstanding.map((command) =>
      commandIds.has(command.commandId) ? { ...command, isParked: true } : command,
    );
    const message = `no answer to ${concerned.map(({ step }) => step).join(', ')}`;
    this.parked ??= { code: unanswered, message };
    this.note({ at, event: 'unanswered', action: `parked: ${message}` });
  }

  /** Undefined when the inputs changed nothing. */
  change(): InstanceChange<State> | undefined {
    if (!this.hasChanged) {
      return undefined;
    }
    return {
      instance: {
        instanceId: this.stored.instanceId,
        definitionVersion: this.stored.definitionVersion,
        status: this.status(),
        state: this.state,
        deferred: this.deferred,
        correlationId: this.correlationId,
        ...(this.parked && { parked: this.parked }),
      },
      commands: this.commands,
      answered: this.answered,
      timers: this.timers,
      history: this.history,
    };
  }

  /** Nothing is done while a command is unanswered, whatever the definition thinks. */
  status(): InstanceStatus {
    if (this.parked) {
      return 'PARKED';
    }
    const status = this.definition.status(this.state);
    if (this.outstanding.length === 0) {
      return status;
    }
    return status === 'FULFILLED' ? 'RUNNING' : status === 'COMPENSATED' ? 'COMPENSATING' : status;
  }

  private take(input: ProcessInput): void {
    if (input.kind === 'event') {
      this.settle(input.event);
      if (this.parked?.code === reactionFailed) {
        // An event that could not be reacted to must not be overtaken by a later one.
        this.defer(input.event, 'waits behind the event that failed');
        return;
      }
    }
    if (this.react(input)) {
      this.replayDeferred();
    }
  }

  /** Whether the input was handled, so that deferred events may have become possible. */
  private react(input: ProcessInput): boolean {
    const reaction = this.reactionTo(input);
    switch (reaction.outcome) {
      case 'handled':
        this.applyHandled(reaction, input);
        return true;
      case 'ignored':
        return false;
      case 'deferred':
        if (input.kind === 'event') {
          this.defer(input.event, 'came early, kept');
        }
        return false;
      case 'parked':
        this.park(reaction.reason, input);
        return false;
      default:
        return reaction satisfies never;
    }
  }

  private reactionTo(input: ProcessInput) {
    try {
      return this.definition.react(this.state, input);
    } catch (error) {
      // A bug in one process must hold up one instance, not the partition that it shares with others.
      const message = error instanceof Error ? error.message : String(error);
      return { outcome: 'parked', reason: { code: reactionFailed, message } } as const;
    }
  }

  private applyHandled(reaction: Handled<State>, input: ProcessInput): void {
    const cause = input.kind === 'event' ? input.event : undefined;
    this.state = reaction.state;
    this.correlationId = cause?.correlationId ?? this.correlationId;
    for (const command of reaction.commands) {
      this.ask(command, cause);
    }
    for (const name of reaction.cancelTimers) {
      this.timers.set(name, undefined);
    }
    for (const timer of reaction.timers) {
      this.timers.set(timer.name, timer.dueAt);
    }
    if (reaction.park) {
      this.parkBecause(reaction.park);
    }
    this.note(historyEntryOf(input, reaction.action));
  }

  private ask(command: ProcessCommand, cause: EventEnvelope | undefined): void {
    const { name } = this.definition;
    const commandId = commandIdOf(name, this.stored.instanceId, command.step);
    if (this.outstanding.some((asked) => asked.commandId === commandId)) {
      return;
    }
    const traceparent = cause?.metadata.traceparent;
    this.outstanding = [...this.outstanding, { commandId, step: command.step, isParked: false }];
    this.commands.push({
      step: command.step,
      envelope: {
        commandId,
        streamType: command.streamType,
        type: command.type,
        data: command.data,
        correlationId: this.correlationId,
        actor: `process:${name}`,
        ...(cause && { causingEventId: cause.eventId }),
        ...(traceparent !== undefined && { traceparent }),
      },
    });
  }

  /** The log is the reply channel: an event that names one of our commands as its cause is the answer to it. */
  private settle({ causationId, eventId }: EventEnvelope): void {
    const remaining = this.outstanding.filter(({ commandId }) => commandId !== causationId);
    if (remaining.length === this.outstanding.length) {
      return;
    }
    this.outstanding = remaining;
    this.answered.push({ commandId: causationId, eventId });
    this.hasChanged = true;
    if (this.parked?.code === unanswered && !remaining.some(({ isParked }) => isParked)) {
      this.parked = undefined;
    }
  }

  private replayDeferred(): void {
    for (let next = this.nextPossible(); next; next = this.nextPossible()) {
      const event = next;
      this.deferred = this.deferred.filter((waiting) => waiting !== event);
      this.settle(event);
      this.react(eventInput(event));
    }
  }

  /** The oldest deferred event that this state takes; nothing overtakes one that failed. */
  private nextPossible(): EventEnvelope | undefined {
    if (this.parked?.code === reactionFailed) {
      return undefined;
    }
    for (const event of this.deferred) {
      const reaction = this.reactionTo(eventInput(event));
      if (reaction.outcome === 'handled' || reaction.outcome === 'ignored') {
        return event;
      }
      if (reaction.outcome === 'parked' && reaction.reason.code === reactionFailed) {
        return undefined;
      }
    }
    return undefined;
  }

  private parkAgainIfStuck(): void {
    for (const event of this.deferred) {
      const reaction = this.reactionTo(eventInput(event));
      if (reaction.outcome === 'parked') {
        this.parkBecause(reaction.reason);
        return;
      }
    }
  }

  private defer(event: EventEnvelope, action: string): void {
    this.deferred = [...this.deferred, event];
    this.note({ at: event.timestamp, event: event.type, action, eventId: event.eventId });
  }

  private park(reason: ParkReason, input: ProcessInput): void {
    this.parkBecause(reason);
    if (input.kind === 'event') {
      this.deferred = [...this.deferred, input.event];
    } else if (input.kind === 'timer') {
      // Stays as it is, and fires again once somebody has retried.
      this.timers.delete(input.name);
    }
    this.note(historyEntryOf(input, `parked: ${reason.message}`));
  }

  /** The first reason stands, except that an answer, once it comes, must not lift any other reason. */
  private parkBecause(reason: ParkReason): void {
    if (!this.parked || this.parked.code === unanswered) {
      this.parked = reason;
    }
  }

  private note(entry: HistoryEntry): void {
    this.history.push(entry);
    this.hasChanged = true;
  }
}
