import type { EventEnvelope } from '@tidemark/kernel';
import { commandIdOf } from './command-id';
import { firstPossible, firstStuck, reactTo } from './contained-reaction';
import { eventInput, historyEntryOf } from './input';
import { InstanceDraft, type InstanceChange } from './instance-draft';
import type {
  PersonAct,
  PersonInput,
  PersonRequest,
  ProcessDefinition,
  ProcessInput,
} from './process-definition';
import {
  newInstance,
  type InstanceStatus,
  type OutstandingCommand,
  type ProcessInstance,
} from './process-instance';
import type { StuckReason } from './reaction';
import { failureOf, reactionFailed, stuckAction, unanswered } from './stuck-reasons';

/**
 * One instance in memory that takes inputs. It does the work of the engine between reading and writing, but it does not
 * read or write. The same code runs under Postgres and in tests.
 */
export class InstanceRun<State = unknown> {
  private readonly draft: InstanceDraft<State>;

  constructor(
    private readonly definition: ProcessDefinition<State>,
    stored: ProcessInstance<State>,
    outstanding: readonly OutstandingCommand[],
  ) {
    this.draft = new InstanceDraft(definition, stored, outstanding);
  }

  /** A new instance without inputs. */
  static start<State>(definition: ProcessDefinition<State>, instanceId: string): InstanceRun<State> {
    return new InstanceRun(definition, newInstance(definition, instanceId), []);
  }

  /**
   * Handles an event. An answer to a command counts, whatever its type. Other events count only if the instance's
   * version knows them.
   */
  event(event: EventEnvelope): void {
    this.draft.settle(event);
    if (!this.definition.eventTypes.includes(event.type)) {
      return;
    }
    if (this.isHeldUp()) {
      // A later event must not overtake an event on which the process threw.
      this.defer(event, 'waits behind the event that failed');
      return;
    }
    this.take(eventInput(event));
  }

  /**
   * Handles a due timer. Whatever the reaction, the timer is then removed or held; it never stays due.
   *
   * @returns whether the process reacted to it
   */
  timer(name: string, dueAt: string): boolean {
    if (this.isHeldUp()) {
      this.draft.holdTimer(name, dueAt);
      return false;
    }
    this.draft.removeTimer(name);
    return this.take({ kind: 'timer', name, at: dueAt });
  }

  /** Holds a due timer, and the instance with it, because the process's reaction to the timer could not be written. */
  timerFailed(name: string, dueAt: string, error: unknown): void {
    this.getStuck(failureOf(error), { kind: 'timer', name, at: dueAt });
  }

  /** Gives up these commands, which were unanswered for too long. The instance becomes stuck. */
  giveUpUnanswered(commandIds: ReadonlySet<string>, at: string): void {
    const steps = this.draft.outstanding.giveUp(commandIds);
    if (steps.length === 0) {
      return;
    }
    const reason = { code: unanswered, message: `no answer to ${steps.join(', ')}` };
    this.draft.getStuck(reason);
    this.draft.note({ at, event: 'unanswered', action: stuckAction(reason) });
  }

  /** Sends unanswered commands again, offers failed events again, and informs the process. */
  retry(request: PersonRequest): void {
    const input = this.personInput('retry', request);
    this.draft.release();
    this.draft.note(historyEntryOf(input, 'unparked'));
    this.take(input);
    this.replayDeferred();
  }

  /**
   * Continues without the reason for which it is stuck. An event that contradicts the step is dropped. For missing
   * answers, the process decides whether it can continue without them. If so, they are no longer awaited. An event on
   * which the process throws is not dropped, because its meaning is unknown.
   *
   * @returns false if that is not possible and nothing has changed
   */
  skip(request: PersonRequest): boolean {
    const input = this.personInput('skip', request);
    const obstacle = firstStuck(this.definition, this.draft.state, this.draft.deferred);
    if (obstacle?.reason.code === reactionFailed) {
      return false;
    }
    if (obstacle) {
      this.draft.takeOut(obstacle.event);
      this.draft.note(historyEntryOf(input, `dropped ${obstacle.event.type} ${obstacle.event.eventId}`));
    } else {
      const reaction = reactTo(this.definition, this.draft.state, input);
      if (reaction.outcome !== 'handled') {
        return false;
      }
      this.draft.outstanding.skipGivenUp();
      this.draft.apply(reaction, input);
    }
    this.draft.release();
    this.replayDeferred();
    return true;
  }

  /** @returns false if the process has nothing to undo, or can't undo it any more, and nothing has changed */
  forceCompensate(request: PersonRequest): boolean {
    const input = this.personInput('force_compensate', request);
    const reaction = reactTo(this.definition, this.draft.state, input);
    if (reaction.outcome !== 'handled') {
      return false;
    }
    this.draft.release();
    this.draft.apply(reaction, input);
    this.replayDeferred();
    return true;
  }

  /** The id of the step's command, whether or not it was requested. */
  commandId(step: string): string {
    return commandIdOf(this.definition.name, this.draft.instanceId, step);
  }

  /** Undefined when the inputs changed nothing. */
  change(): InstanceChange<State> | undefined {
    return this.draft.change();
  }

  /** An instance is not final while a command is unanswered, whatever its definition says. */
  status(): InstanceStatus {
    return this.draft.status();
  }

  /** Whether the input was handled. */
  private take(input: ProcessInput): boolean {
    const isHandled = this.react(input);
    if (isHandled) {
      this.replayDeferred();
    }
    return isHandled;
  }

  /** Whether the input was handled, so that deferred events may have become possible. */
  private react(input: ProcessInput): boolean {
    const reaction = reactTo(this.definition, this.draft.state, input);
    switch (reaction.outcome) {
      case 'handled':
        this.draft.apply(reaction, input);
        return true;
      case 'ignored':
        return false;
      case 'deferred':
        if (input.kind === 'event') {
          this.defer(input.event, 'came early, kept');
        }
        return false;
      case 'stuck':
        this.getStuck(reaction.reason, input);
        return false;
      default:
        return reaction satisfies never;
    }
  }

  /** Handles deferred events that have become possible. The instance is stuck if one of them fails. */
  private replayDeferred(): void {
    for (let next = this.nextPossible(); next; next = this.nextPossible()) {
      this.draft.takeOut(next);
      this.draft.settle(next);
      this.react(eventInput(next));
    }
    const obstacle = firstStuck(this.definition, this.draft.state, this.draft.deferred);
    if (obstacle && this.draft.getStuck(obstacle.reason)) {
      this.draft.note(historyEntryOf(eventInput(obstacle.event), stuckAction(obstacle.reason)));
    }
  }

  private nextPossible(): EventEnvelope | undefined {
    return this.isHeldUp()
      ? undefined
      : firstPossible(this.definition, this.draft.state, this.draft.deferred);
  }

  /** Whether later events and timers wait behind an input on which the process threw. */
  private isHeldUp(): boolean {
    return this.draft.stuck?.code === reactionFailed;
  }

  private personInput<Name extends PersonAct>(name: Name, request: PersonRequest): PersonInput<Name> {
    return { kind: 'person', name, ...request, unanswered: this.draft.outstanding.givenUpSteps() };
  }

  private defer(event: EventEnvelope, action: string): void {
    this.draft.defer(event);
    this.draft.note({ at: event.timestamp, event: event.type, action, eventId: event.eventId });
  }

  private getStuck(reason: StuckReason, input: ProcessInput): void {
    this.draft.getStuck(reason);
    if (input.kind === 'event') {
      this.draft.defer(input.event);
    } else if (input.kind === 'timer') {
      this.draft.holdTimer(input.name, input.at);
    }
    this.draft.note(historyEntryOf(input, stuckAction(reason)));
  }
}
