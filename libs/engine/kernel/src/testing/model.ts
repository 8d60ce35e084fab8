import { deepStrictEqual } from 'node:assert';
import type { Aggregate } from '../aggregate';
import type { Decision } from '../decision';
import type { DomainEvent } from '../envelope';
import { EventCodec } from '../event-contract';

/** The outcome of a command: the types of its events (an empty list for no change), or the code of its refusal. */
export type Expected = readonly string[] | string;

/** An aggregate under a model-based test: it keeps the state and refuses events that break its contracts. */
export class Subject<State, Event extends DomainEvent> {
  state: State;
  private readonly codec: EventCodec;

  /** @param rules throws if the state after an event breaks an invariant */
  constructor(
    private readonly aggregate: Aggregate<State, Event>,
    private readonly rules: (state: State, before: State, event: Event) => void,
  ) {
    this.state = aggregate.initial;
    this.codec = new EventCodec(aggregate.contracts);
  }

  run(decide: (state: State) => Decision<Event>): Expected {
    const decision = decide(this.state);
    if (decision.outcome === 'refused') {
      return decision.refusal.code;
    }
    for (const event of decision.events) {
      this.codec.encode(event);
      const before = this.state;
      this.state = this.aggregate.evolve(before, event);
      this.rules(this.state, before, event);
    }
    return decision.events.map(({ type }) => type);
  }
}

/** One step of a model-based test, in the form that fast-check's `fc.commands` expects. */
export interface Step<Model extends object, State, Event extends DomainEvent> {
  check(model: Readonly<Model>): boolean;
  run(model: Model, subject: Subject<State, Event>): void;
  toString(): string;
}

/**
 * A command that an aggregate accepts or refuses in any state.
 *
 * @param predict returns the expected outcome from the model alone, and updates the model
 */
export function step<Model extends object, State, Event extends DomainEvent>(
  name: string,
  decide: (state: State) => Decision<Event>,
  predict: (model: Model) => Expected,
): Step<Model, State, Event> {
  return {
    check: () => true,
    run: (model, subject) => deepStrictEqual(subject.run(decide), predict(model)),
    toString: () => name,
  };
}
