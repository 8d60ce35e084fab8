import { AssertionError, deepStrictEqual } from 'node:assert';
import type { Aggregate } from '../aggregate';
import type { Decision } from '../decision';
import type { DomainEvent } from '../envelope';
import { EventCodec } from '../event-contract';

/** The expected result of a decision: events, no events, or a refusal. */
export interface Outcome<Event> {
  /**
   * The decision was accepted with exactly these events, in this order. Each must fit its contract, because the log
   * refuses other events.
   */
  then(...events: Event[]): void;
  /** The decision was refused with this code. */
  thenRefused(code: string): void;
  /** The decision was accepted and changes nothing, as with a repeated command. */
  thenNothing(): void;
}

export interface Given<State, Event> {
  when(decide: (state: State) => Decision<Event>): Outcome<Event>;
}

/**
 * A test of one decision: `given(account, ...history).when((state) => withdraw(command, state)).then(...events)`. The
 * history is folded before `when` is called. A mismatch throws `AssertionError`, under any test runner. An event that
 * does not fit its contract throws what the log would throw.
 */
export function given<State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
  ...history: Event[]
): Given<State, Event> {
  const state = history.reduce<State>((folded, event) => aggregate.evolve(folded, event), aggregate.initial);
  return {
    when(decide) {
      const decision = decide(state);
      return {
        then: (...events) => {
          deepStrictEqual(acceptedEvents(decision), events);
          const codec = new EventCodec(aggregate.contracts);
          events.forEach((event) => codec.encode(event));
        },
        thenNothing: () => deepStrictEqual(acceptedEvents(decision), []),
        thenRefused: (code) => deepStrictEqual(refusalCode(decision), code),
      };
    },
  };
}

function acceptedEvents<Event>(decision: Decision<Event>): readonly Event[] {
  if (decision.outcome === 'accepted') {
    return decision.events;
  }
  const { code, message } = decision.refusal;
  throw new AssertionError({ message: `expected events, but the command was refused: ${code}: ${message}` });
}

function refusalCode<Event>(decision: Decision<Event>): string {
  if (decision.outcome === 'refused') {
    return decision.refusal.code;
  }
  const events = JSON.stringify(decision.events, undefined, 2);
  throw new AssertionError({ message: `expected a refusal, but the command was accepted with ${events}` });
}
