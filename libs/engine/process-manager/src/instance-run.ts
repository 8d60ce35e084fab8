import type { EventEnvelope } from '@tidemark/kernel';
import { commandIdOf } from './command-id';
import { firstPossible, firstStuck, givenUpIn, reactTo } from './contained-reaction';
import { eventInput, historyEntryOf } from './input';
import type { InstanceChange } from './instance-change';
import { InstanceTimers } from './instance-timers';
import { OutstandingCommands } from './outstanding-commands';
import { failureOf, gravityOf, reactionFailed, unanswered } from './park-reasons';
import type { PersonAct, PersonRequest } from './person-acts';
import type { PersonInput, ProcessDefinition, ProcessInput } from './process-definition';
import {
  newInstance,
  unfinished,
  type HistoryEntry,
  type InstanceStatus,
  type OutstandingCommand,
  type ProcessInstance,
} from './process-instance';
import type { Handled, ParkReason } from './reaction';

/**
 * One instance taking inputs, in memory: what the engine does between reading and writing, without either. The same
 * code runs under Postgres and in tests.
 */
export class InstanceRun<State = unknown> {
  private state: State;
  private deferred: readonly EventEnvelope[];
  private parked: ParkReason | undefined;
  private correlationId: string;
  private readonly outstanding: OutstandingCommands;
  private hasChanged = false;
  private readonly timers = new InstanceTimers();
  private readonly history: HistoryEntry[] = [];

  constructor(
    private readonly definition: ProcessDefinition<State>,
    private readonly stored: ProcessInstance<State>,
    outstanding: readonly OutstandingCommand[],
  ) {
    this.state = stored.state;
    this.deferred = stored.deferred;
    // What the state itself says is asked of it anew.
    this.parked =
      stored.parked?.code === givenUpIn(this.definition, this.state)?.code ? undefined : stored.parked;
    this.correlationId = stored.correlationId;
    this.outstanding = new OutstandingCommands(definition.name, stored.instanceId, outstanding);
  }

  /** An instance that nothing has happened to yet. */
  static start<State>(definition: ProcessDefinition<State>, instanceId: string): InstanceRun<State> {
    return new InstanceRun(definition, newInstance(definition, instanceId), []);
  }

  /** What answers a command counts, whatever its type; beyond that, the instance knows the events of its version alone. */
  event(event: EventEnvelope): void {
    if (this.definition.eventTypes.includes(event.type)) {
      this.take(eventInput(event));
    } else {
      this.settle(event);
    }
  }

  /**
   * Handles a due timer. Whatever the process does about it, the timer is then removed or parked; it never stays due.
   *
   * @returns whether the process did something about it
   */
  timer(name: string, dueAt: string): boolean {
    this.hasChanged = true;
    if (this.parked?.code === reactionFailed) {
      this.timers.park(name, dueAt);
      return false;
    }
    this.timers.remove(name);
    return this.take({ kind: 'timer', name, at: dueAt });
  }

  /** Parks a due timer: the process's reaction to it could not be written. */
  timerFailed(name: string, dueAt: string, error: unknown): void {
    this.park(failureOf(error), { kind: 'timer', name, at: dueAt });
  }

  /** Sends what is unanswered again, offers what could not be reacted to again, and tells the process. */
  retry(request: PersonRequest): void {
    const input = this.personInput('retry', request);
    this.unpark();
    this.note(historyEntryOf(input, 'unparked'));
    this.take(input);
    this.replayDeferred();
  }

  /**
   * Goes on without what it is parked for: an event that contradicts the step is dropped; otherwise the process decides
   * whether it can do without the answers that did not come, and then they are not waited for any more. An event that the
   * process throws at is not dropped: nobody knows what it would have meant.
   *
   * @returns false when that is not possible: then nothing has changed
   */
  skip(request: PersonRequest): boolean {
    const input = this.personInput('skip', request);
    const stuck = firstStuck(this.definition, this.state, this.deferred);
    if (stuck?.reason.code === reactionFailed) {
      return false;
    }
    if (stuck) {
      this.deferred = this.deferred.filter((event) => event !== stuck.event);
      this.note(historyEntryOf(input, `dropped ${stuck.event.type} ${stuck.event.eventId}`));
    } else {
      const reaction = reactTo(this.definition, this.state, input);
      if (reaction.outcome !== 'handled') {
        return false;
      }
      this.outstanding.skipParked();
      this.applyHandled(reaction, input);
    }
    this.unpark();
    this.replayDeferred();
    return true;
  }

  /** @returns false when the process has nothing to undo, or can't any more: then nothing has changed */
  forceCompensate(request: PersonRequest): boolean {
    const input = this.personInput('force_compensate', request);
    const reaction = reactTo(this.definition, this.state, input);
    if (reaction.outcome !== 'handled') {
      return false;
    }
    this.unpark();
    this.applyHandled(reaction, input);
    this.replayDeferred();
    return true;
  }

  /** These commands were sent for so long that a person has to look. */
  parkUnanswered(commandIds: ReadonlySet<string>, at: string): void {
    const steps = this.outstanding.park(commandIds);
    if (steps.length === 0) {
      return;
    }
    const message = `no answer to ${steps.join(', ')}`;
    this.parkBecause({ code: unanswered, message });
    this.note({ at, event: 'unanswered', action: `parked: ${message}` });
  }

  /** The id of the step's command, whether or not it was asked for. */
  commandId(step: string): string {
    return commandIdOf(this.definition.name, this.stored.instanceId, step);
  }

  /** Undefined when the inputs changed nothing. */
  change(): InstanceChange<State> | undefined {
    if (!this.hasChanged) {
      return undefined;
    }
    const status = this.status();
    const parked = this.parked ?? givenUpIn(this.definition, this.state);
    const hasEnded = status !== this.stored.status && (status === 'FULFILLED' || status === 'COMPENSATED');
    return {
      instance: {
        instanceId: this.stored.instanceId,
        definitionVersion: this.stored.definitionVersion,
        status,
        state: this.state,
        deferred: this.deferred,
        correlationId: this.correlationId,
        ...(parked && { parked }),
      },
      commands: this.outstanding.asked,
      settled: this.outstanding.settled,
      timers: this.timers.wanted,
      parkedTimers: this.timers.parked,
      releasesTimers: this.timers.areReleased || (this.stored.status === 'PARKED' && status !== 'PARKED'),
      history: this.history,
      ...(hasEnded && { endedAs: status }),
    };
  }

  /** Nothing is done while a command is unanswered, whatever the definition thinks. */
  status(): InstanceStatus {
    if (this.parked ?? givenUpIn(this.definition, this.state)) {
      return 'PARKED';
    }
    const status = this.definition.status(this.state);
    return this.outstanding.areNone ? status : unfinished(status);
  }

  /** Whether the input was handled. */
  private take(input: ProcessInput): boolean {
    if (input.kind === 'event') {
      this.settle(input.event);
      if (this.parked?.code === reactionFailed) {
        // An event that could not be reacted to must not be overtaken by a later one.
        this.defer(input.event, 'waits behind the event that failed');
        return false;
      }
    }
    const isHandled = this.react(input);
    if (isHandled) {
      this.replayDeferred();
    }
    return isHandled;
  }

  /** Whether the input was handled, so that deferred events may have become possible. */
  private react(input: ProcessInput): boolean {
    const reaction = reactTo(this.definition, this.state, input);
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

  private applyHandled(reaction: Handled<State>, input: ProcessInput): void {
    const cause = input.kind === 'event' ? input.event : undefined;
    this.state = reaction.state;
    this.correlationId = cause?.correlationId ?? this.correlationId;
    for (const command of reaction.commands) {
      this.outstanding.ask(command, this.correlationId, cause);
    }
    reaction.cancelTimers.forEach((name) => this.timers.remove(name));
    reaction.timers.forEach(({ name, dueAt }) => this.timers.set(name, dueAt));
    this.note(historyEntryOf(input, reaction.action));
  }

  private settle(event: EventEnvelope): void {
    if (!this.outstanding.settle(event)) {
      return;
    }
    this.hasChanged = true;
    if (this.parked?.code === unanswered && this.outstanding.parkedSteps().length === 0) {
      this.parked = undefined;
    }
  }

  /** Takes up what waited and has become possible; parks when something of it is in the way. */
  private replayDeferred(): void {
    for (let next = this.nextPossible(); next; next = this.nextPossible()) {
      const event = next;
      this.deferred = this.deferred.filter((waiting) => waiting !== event);
      this.settle(event);
      this.react(eventInput(event));
    }
    const stuck = firstStuck(this.definition, this.state, this.deferred);
    if (stuck && this.parkBecause(stuck.reason)) {
      this.note(historyEntryOf(eventInput(stuck.event), `parked: ${stuck.reason.message}`));
    }
  }

  private nextPossible(): EventEnvelope | undefined {
    return this.parked?.code === reactionFailed
      ? undefined
      : firstPossible(this.definition, this.state, this.deferred);
  }

  private personInput<Name extends PersonAct>(name: Name, request: PersonRequest): PersonInput<Name> {
    return { kind: 'person', name, ...request, unanswered: this.outstanding.parkedSteps() };
  }

  private unpark(): void {
    this.parked = undefined;
    this.timers.release();
    this.outstanding.unpark();
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
      this.timers.park(input.name, input.at);
    }
    this.note(historyEntryOf(input, `parked: ${reason.message}`));
  }

  /**
   * A graver reason replaces the present one; of two equally grave reasons the first stands.
   *
   * @returns whether this call parked the instance for this reason
   */
  private parkBecause(reason: ParkReason): boolean {
    if (this.parked && gravityOf(reason) <= gravityOf(this.parked)) {
      return false;
    }
    this.parked = reason;
    return true;
  }

  private note(entry: HistoryEntry): void {
    this.history.push(entry);
    this.hasChanged = true;
  }
}
