import { deepStrictEqual } from 'node:assert';
import { EventCodec, type Aggregate, type Decision, type DomainEvent } from '@tidemark/kernel';

/** What became of a command: the types of its events, none for no change, or the code of its refusal. */
export type Expected = readonly string[] | string;

/** An aggregate under a model-based test: it keeps its state, and nothing gets into it that its contracts refuse. */
export class Subject<State, Event extends DomainEvent> {
  state: State;
  private readonly codec: EventCodec;

  /** @param rules throws when a state that an event led to breaks what must always hold */
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

/** One step of a model-based test, of the shape that fast-check's `fc.commands` takes. */
export interface Step<Model extends object, State, Event extends DomainEvent> {
  check(model: Readonly<Model>): boolean;
  run(model: Model, subject: Subject<State, Event>): void;
  toString(): string;
}

/**
 * A command that an aggregate takes in any state.
 *
 * @param predict says, by the model alone, what must become of it, and moves the model on
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
