import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import type { PersonAct, PersonRequest } from './person-acts';
import type { StuckReason, Reaction } from './reaction';

/** Where an instance stands, as its definition sees it. The last two are final. */
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
 * Somebody with the right to do so asks for something. To ignore it is to say that it is not possible in this step.
 *
 * - `retry`: a stuck instance shall try again what it gave up.
 * - `skip`: what a stuck instance waits for was dealt with in another way; it shall go on as if it had come.
 * - `force_compensate`: undo what was done so far, without waiting for a reason of the process's own.
 */
export interface PersonInput<Name extends PersonAct = PersonAct> extends PersonRequest {
  readonly kind: 'person';
  readonly name: Name;
  /** The steps of the commands that were given up, being unanswered for too long. */
  readonly unanswered: readonly string[];
}

export type ProcessInput = EventInput | TimerInput | PersonInput;

/**
 * A process as plain data and pure functions: no clock, no ids, no I/O. Everything that it knows arrives as an input,
 * everything that it wants leaves in a `Reaction`.
 */
export interface ProcessDefinition<State = unknown, Event extends DomainEvent = DomainEvent> {
  /** Published: part of every command id, and the actor `process:<name>` of every command. */
  readonly name: string;
  /** An instance keeps the version that it was started by. */
  readonly version: number;
  /** The events that an instance reacts to. Others are passed over. */
  readonly eventTypes: readonly Event['type'][];
  /** The events that make an instance where there is none: those that the initial state handles or defers. */
  readonly startsOn: readonly Event['type'][];
  /** The instance that an event belongs to. Events of one instance may come from several partitions, in any order. */
  correlate(event: EventEnvelope<Event>): string | undefined;
  initial(instanceId: string): State;
  /** Total: every input has an answer in every state. */
  react(state: State, input: ProcessInput): Reaction<State>;
  /** The engine shows a final status only once every command has been answered. */
  status(state: State): ProcessStatus;
  /** Why an instance in this state waits for a person, if it does; it is stuck for as long as that is so. */
  givenUp?(state: State): StuckReason | undefined;
}
