import type { DomainEvent } from '@tidemark/kernel';
import { IncompleteTransitionTableError } from './errors';
import {
  personActs,
  type EventInput,
  type PersonAct,
  type PersonInput,
  type ProcessInput,
  type TimerInput,
} from './process-definition';
import { deferred, ignored, type Reaction } from './reaction';
import { parseTransitionGrid, type Cell, type TransitionGrid } from './transition-grid';

/** Every input by its name: events by their types, timers by their names, and the requests of operators. */
export type InputsOf<Event extends DomainEvent, Timer extends string> = {
  readonly [Candidate in Event as Candidate['type']]: EventInput<Candidate>;
} & { readonly [Name in Timer]: TimerInput<Name> } & { readonly [Name in PersonAct]: PersonInput<Name> };

/** The reactions of a step to the inputs that it handles. */
export type Reactions<State, Event extends DomainEvent, Timer extends string> = {
  readonly [Name in keyof InputsOf<Event, Timer>]?: (
    state: State,
    input: InputsOf<Event, Timer>[Name],
  ) => Reaction<State>;
};

export interface TransitionTableOptions<
  State,
  Step extends string,
  Event extends DomainEvent,
  Timer extends string,
> {
  readonly process: string;
  readonly eventTypes: readonly Event['type'][];
  readonly timers: readonly Timer[];
  /** The name of each step in the grid's header. */
  readonly columns: Readonly<Record<Step, string>>;
  /** A mark for every input in every step, in the format of `parseTransitionGrid`. */
  readonly grid: string;
  /** The reactions, one for each `x` of the grid. */
  readonly reactions: Readonly<Record<Step, Reactions<State, Event, Timer>>>;
}

type Reactor<State> = (state: State, input: ProcessInput) => Reaction<State>;

/** A total function of steps and inputs. A table with a blank can't be built, so no input is ignored by accident. */
export class TransitionTable<
  State extends { readonly step: Step },
  Step extends string,
  Event extends DomainEvent,
  Timer extends string,
> {
  private readonly grid: TransitionGrid;

  /** @throws IncompleteTransitionTableError with every cell that is blank or does not fit its reaction */
  constructor(private readonly options: TransitionTableOptions<State, Step, Event, Timer>) {
    this.grid = parseTransitionGrid(options.grid);
    const faults = [...this.grid.faults, ...this.headerFaults(), ...this.rowFaults(), ...this.cellFaults()];
    if (faults.length > 0) {
      throw new IncompleteTransitionTableError(options.process, faults);
    }
  }

  get steps(): readonly Step[] {
    return Object.keys(this.options.columns) as Step[];
  }

  get inputs(): readonly string[] {
    return [...this.options.eventTypes, ...this.options.timers, ...personActs];
  }

  cell(step: Step, input: string): Cell | undefined {
    return this.grid.rows.get(input)?.[this.grid.columns.indexOf(this.options.columns[step])];
  }

  /** @throws IncompleteTransitionTableError for a step or an input that the table does not know */
  react(state: State, input: ProcessInput): Reaction<State> {
    const [row = ''] = input.name.split(':');
    const cell = this.cell(state.step, row);
    switch (cell) {
      case 'handled':
        return this.reactor(state.step, row)!(state, input);
      case 'ignored':
        return ignored;
      case 'deferred':
        return deferred;
      case 'stuck':
        return {
          outcome: 'stuck',
          reason: { code: 'unexpected_event', message: `${input.name} in step ${state.step}` },
        };
      case undefined:
        throw new IncompleteTransitionTableError(this.options.process, [`${state.step} × ${input.name}`]);
      default:
        return cell satisfies never;
    }
  }

  private reactor(step: Step, input: string): Reactor<State> | undefined {
    return (this.options.reactions[step] as Readonly<Record<string, Reactor<State>>>)[input];
  }

  private headerFaults(): string[] {
    const expected = Object.values<string>(this.options.columns);
    const missing = expected.filter((column) => !this.grid.columns.includes(column));
    const unknown = this.grid.columns.filter((column) => !expected.includes(column));
    const repeated = this.grid.columns.filter((column, index) => this.grid.columns.indexOf(column) !== index);
    return [...missing, ...unknown, ...repeated].map((column) => `column ${column}`);
  }

  private rowFaults(): string[] {
    const missing = this.inputs.filter((input) => !this.grid.rows.has(input));
    const unknown = [...this.grid.rows.keys()].filter((input) => !this.inputs.includes(input));
    return [...missing, ...unknown].map((input) => `row ${input}`);
  }

  private cellFaults(): string[] {
    const events: readonly string[] = this.options.eventTypes;
    return this.steps.flatMap((step) =>
      this.inputs.flatMap((input) => {
        const cell = this.cell(step, input);
        const isHandled = this.reactor(step, input) !== undefined;
        if ((cell === 'handled') !== isHandled) {
          return [`${step} × ${input}: ${isHandled ? 'a reaction that is not marked' : 'no reaction'}`];
        }
        // Only events can wait, because only events are stored and offered again.
        const isKept = cell === 'deferred' || cell === 'stuck';
        return isKept && !events.includes(input) ? [`${step} × ${input}: only events can wait`] : [];
      }),
    );
  }
}
