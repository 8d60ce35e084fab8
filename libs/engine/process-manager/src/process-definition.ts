import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { StuckReason, Reaction } from './reaction';

/** The status of an instance, as its definition sees it. The last two are final. */
export type ProcessStatus = 'RUNNING' | 'COMPENSATING' | 'COMPLETED' | 'COMPENSATED';

/** An envelope per event type, so that checking `type` also narrows `data`. */
export type EnvelopeOf<Event extends DomainEvent> = Event extends DomainEvent ? EventEnvelope<Event> : never;

export interface EventInput<Event extends DomainEvent = DomainEvent> {
  readonly kind: 'event';
  readonly name: Event['type'];
  /** When the event happened: RFC 3339, by the database's clock. */
  readonly at: string;
  readonly event: EventEnvelope<Event>;
}

/** A deadline or a delay has passed. */
export interface TimerInput<Name extends string = string> {
  readonly kind: 'timer';
  readonly name: Name | `${Name}:${string}`;
  /** When the timer was due, which may be long before it fired. */
  readonly at: string;
}

/**
 * The requests that an operator may make about an instance. Each is an input of its own, recorded with the person and
 * the reason.
 */
export const personActs = ['retry', 'skip', 'force_compensate'] as const;

export type PersonAct = (typeof personActs)[number];

/** The operator who asks, and the time of the request (RFC 3339). A retry needs no reason. */
export interface PersonRequest {
  readonly actor: string;
  readonly at: string;
  readonly reason?: string;
}

/**
 * An operator requests an act. A process that ignores it declares it impossible in this step.
 *
 * - `retry`: a stuck instance must retry the commands that it gave up.
 * - `skip`: the awaited result was achieved in another way. A stuck instance must continue as if the result had
 *   arrived.
 * - `force_compensate`: undo the steps so far, even if the process itself has no reason to do so.
 */
export interface PersonInput<Name extends PersonAct = PersonAct> extends PersonRequest {
  readonly kind: 'person';
  readonly name: Name;
  /** The steps of the commands that were given up because they were unanswered for too long. */
  readonly unanswered: readonly string[];
}

export type ProcessInput = EventInput | TimerInput | PersonInput;

/**
 * A process as plain data and pure functions: no clock, no ids, no I/O. All its knowledge arrives as inputs, and all
 * its effects leave in a `Reaction`.
 */
export interface ProcessDefinition<State = unknown, Event extends DomainEvent = DomainEvent> {
  /** The published name. It is part of every command id, and every command has the actor `process:<name>`. */
  readonly name: string;
  /** An instance keeps the version with which it was started. */
  readonly version: number;
  /** The events that an instance reacts to. Other events are ignored. */
  readonly eventTypes: readonly Event['type'][];
  /** The events that create an instance: those that the initial state handles or defers. */
  readonly startsOn: readonly Event['type'][];
  /** The instance that an event belongs to. Events of one instance may come from several partitions, in any order. */
  correlate(event: EventEnvelope<Event>): string | undefined;
  initial(instanceId: string): State;
  /** Total: returns a reaction to every input in every state. */
  react(state: State, input: ProcessInput): Reaction<State>;
  /** The engine shows a final status only once every command has been answered. */
  status(state: State): ProcessStatus;
  /** Why an instance in this state needs an operator, if it does. As long as there is a reason, it is stuck. */
  givenUp?(state: State): StuckReason | undefined;
}
