import type { EventEnvelope } from '@tidemark/kernel';
import { givenUpIn } from './contained-reaction';
import { historyEntryOf } from './input';
import { InstanceTimers } from './instance-timers';
import { OutstandingCommands, type NewCommand, type SettledCommand } from './outstanding-commands';
import type { ProcessDefinition, ProcessInput } from './process-definition';
import {
  isFinal,
  unfinished,
  type FinalStatus,
  type HistoryEntry,
  type InstanceStatus,
  type OutstandingCommand,
  type ProcessInstance,
} from './process-instance';
import type { Handled, StuckReason } from './reaction';
import { gravityOf, unanswered } from './stuck-reasons';

/** Everything that a transaction has to write for one instance. */
export interface InstanceChange<State = unknown> {
  readonly instance: ProcessInstance<State>;
  readonly commands: readonly NewCommand[];
  readonly settled: readonly SettledCommand[];
  /** The due times of timers, by name; `undefined` removes the timer. */
  readonly timers: ReadonlyMap<string, string | undefined>;
  /** The names of timers in `timers` that could not be handled. They are held until a change with `releasesTimers`. */
  readonly heldTimers: ReadonlySet<string>;
  /** Whether held timers of earlier transactions become due again. */
  readonly releasesTimers: boolean;
  readonly history: readonly HistoryEntry[];
  /** The final status, if this change reaches one. */
  readonly endedAs?: FinalStatus;
}

/** An instance after its inputs so far, and the changes that a transaction must write. It makes no decisions. */
export class InstanceDraft<State> {
  readonly outstanding: OutstandingCommands;
  private currentState: State;
  private waiting: readonly EventEnvelope[];
  private reason: StuckReason | undefined;
  private correlationId: string;
  private hasChanged = false;
  private readonly timers = new InstanceTimers();
  private readonly history: HistoryEntry[] = [];

  constructor(
    private readonly definition: ProcessDefinition<State>,
    private readonly stored: ProcessInstance<State>,
    outstanding: readonly OutstandingCommand[],
  ) {
    this.currentState = stored.state;
    this.waiting = stored.deferred;
    // A reason that follows from the state is not kept, because the state gives it again.
    this.reason = stored.stuck?.code === givenUpIn(definition, stored.state)?.code ? undefined : stored.stuck;
    this.correlationId = stored.correlationId;
    this.outstanding = new OutstandingCommands(definition.name, stored.instanceId, outstanding);
  }

  get instanceId(): string {
    return this.stored.instanceId;
  }

  get state(): State {
    return this.currentState;
  }

  /** Events that arrived early or whose reaction failed, oldest first. */
  get deferred(): readonly EventEnvelope[] {
    return this.waiting;
  }

  /** Why the instance is stuck, apart from reasons that follow from its state. */
  get stuck(): StuckReason | undefined {
    return this.reason;
  }

  apply(reaction: Handled<State>, input: ProcessInput): void {
    const cause = input.kind === 'event' ? input.event : undefined;
    this.currentState = reaction.state;
    this.correlationId = cause?.correlationId ?? this.correlationId;
    for (const command of reaction.commands) {
      this.outstanding.ask(command, this.correlationId, cause);
    }
    reaction.cancelTimers.forEach((name) => this.timers.remove(name));
    reaction.timers.forEach(({ name, dueAt }) => this.timers.set(name, dueAt));
    this.note(historyEntryOf(input, reaction.action));
  }

  /**
   * Settles the command that the event answers. If the instance was stuck because of the missing answer, that reason is
   * removed.
   */
  settle(event: EventEnvelope): void {
    if (!this.outstanding.settle(event)) {
      return;
    }
    this.hasChanged = true;
    if (this.reason?.code === unanswered && this.outstanding.givenUpSteps().length === 0) {
      this.reason = undefined;
    }
  }

  defer(event: EventEnvelope): void {
    this.waiting = [...this.waiting, event];
    this.hasChanged = true;
  }

  takeOut(event: EventEnvelope): void {
    this.waiting = this.waiting.filter((other) => other !== event);
    this.hasChanged = true;
  }

  removeTimer(name: string): void {
    this.timers.remove(name);
    this.hasChanged = true;
  }

  holdTimer(name: string, dueAt: string): void {
    this.timers.hold(name, dueAt);
    this.hasChanged = true;
  }

  /**
   * Sets the stuck reason. A graver reason replaces the present reason, and of two equally grave reasons the first
   * stands.
   *
   * @returns whether the instance is stuck for this reason now and was not before
   */
  getStuck(reason: StuckReason): boolean {
    if (this.reason && gravityOf(reason) <= gravityOf(this.reason)) {
      return false;
    }
    this.reason = reason;
    return true;
  }

  /** Starts a retry: held timers are due again, and abandoned commands are awaited again. */
  release(): void {
    this.reason = undefined;
    this.timers.release();
    this.outstanding.resume();
  }

  note(entry: HistoryEntry): void {
    this.history.push(entry);
    this.hasChanged = true;
  }

  /** An instance is not final while a command is unanswered, whatever its definition says. */
  status(): InstanceStatus {
    if (this.reason ?? givenUpIn(this.definition, this.currentState)) {
      return 'STUCK';
    }
    const status = this.definition.status(this.currentState);
    return this.outstanding.areNone ? status : unfinished(status);
  }

  /** Undefined when the inputs changed nothing. */
  change(): InstanceChange<State> | undefined {
    if (!this.hasChanged) {
      return undefined;
    }
    const status = this.status();
    const stuck = this.reason ?? givenUpIn(this.definition, this.currentState);
    return {
      instance: {
        instanceId: this.stored.instanceId,
        definitionVersion: this.stored.definitionVersion,
        status,
        state: this.currentState,
        deferred: this.waiting,
        correlationId: this.correlationId,
        ...(stuck && { stuck }),
      },
      commands: this.outstanding.asked,
      settled: this.outstanding.settled,
      timers: this.timers.wanted,
      heldTimers: this.timers.held,
      releasesTimers: this.timers.areReleased || (this.stored.status === 'STUCK' && status !== 'STUCK'),
      history: this.history,
      ...(status !== this.stored.status && isFinal(status) && { endedAs: status }),
    };
  }
}
